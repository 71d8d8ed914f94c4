// The files of a message, each with a way to download it.
import type { ReactElement } from "react";
import type { SharedFile } from "../slack/protocol.ts";
import { Icon } from "./icons.tsx";
import { useWorkspace } from "./workspace.ts";

interface FilesProps {
  readonly files: readonly SharedFile[] | undefined;
}

export function Files({ files }: FilesProps): ReactElement | undefined {
  const { snapshot } = useWorkspace();
  if (files === undefined) return undefined;
  return (
    <ul className="files">
      {files.map(({ id, name, title, bytes }) => (
        <li key={id} className="file">
          <Icon name="file" size={22} />
          <span className="file-name">
            <b>{title}</b>
            <span className="muted">{sizeOf(bytes)}</span>
          </span>
          <a href={`/local/files/${id}?as=${snapshot.me}`} download={name}>
            Download
          </a>
        </li>
      ))}
    </ul>
  );
}

function sizeOf(bytes: number): string {
  return bytes < 1_024 ? `${bytes} bytes` : `${Math.round(bytes / 1_024)} kB`;
}
