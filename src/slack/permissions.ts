// What the Slack app asks for, each with its reason: the scopes of its bot, and the events it is told of. A test compares both with what the code does.

export const SCOPES = {
  commands: "The command itself.",
  "app_mentions:read": "The same by a mention in a thread, where Slack takes no commands.",
  "chat:write": "Cards, and what becomes of them.",
  "chat:write.public": "Cards in public channels that the app was not invited to.",
  "users:read": "Who clicked: members may decide, guests and externals may not.",
  "usergroups:read": "Who is in the groups of approvers and operators.",
  "channels:read": "Whose run is shown in which public channel: its members may see it.",
  "groups:read": "The same in private channels.",
  "im:read": "The same in direct messages.",
  "mpim:read": "The same in direct messages of several people.",
  "im:write": "Who is named to decide has the card in a direct message too, and the requester the outcome.",
  "channels:history": "A card whose posting got no answer is looked for before it is posted again.",
  "groups:history": "The same in private channels, where the app must be invited.",
  "im:history": "The same in direct messages.",
  "mpim:history": "The same in direct messages of several people.",
  "files:write": "An exported history goes to whoever asked for it, as a file.",
} as const;

export const EVENTS = {
  app_home_opened: "The App Home is drawn when somebody opens it.",
  app_mention: "The same as the command, also in threads; the answer is private.",
  subteam_members_changed:
    "Somebody taken out of a group stops deciding at once where this is heard, and everywhere after half a minute.",
} as const;
