// A part of a thread's log is not there. Only people can bring it back, so somebody is to hear of it.

export class LogIncomplete extends Error {
  override readonly name = "LogIncomplete";
}
