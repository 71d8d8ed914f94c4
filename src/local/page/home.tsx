// The App Home: opening it tells the app, and shows what the app has published for this person.
import { useEffect, useState, type ReactElement } from "react";
import type { HomeView } from "../slack/protocol.ts";
import { AppTabs } from "./app-tabs.tsx";
import { Blocks } from "./blocks.tsx";
import { SiteContext, type Site } from "./elements/site.ts";
import { submitValues, withEdit, type Edits } from "./values.ts";
import { useWorkspace } from "./workspace.ts";

export function HomePane(): ReactElement {
  const { me, snapshot, act } = useWorkspace();
  useEffect(() => {
    void act("home", { path: "home", body: { as: me } });
  }, [act, me]);
  return (
    <main className="pane channel">
      <AppTabs at="home" />
      <div className="messages home">
        {snapshot.home === undefined ? (
          <p className="empty">The app has published nothing here yet.</p>
        ) : (
          <HomeBlocks home={snapshot.home} />
        )}
      </div>
    </main>
  );
}

function HomeBlocks({ home }: { readonly home: HomeView }): ReactElement {
  const [edits, setEdits] = useState<Edits>({});
  const site: Site = {
    container: { kind: "view", view_id: home.id },
    form: {
      edits,
      problems: {},
      change: (...edit) => setEdits((all) => withEdit(all, ...edit)),
      values: () => submitValues(home.blocks, edits),
    },
  };
  return (
    <SiteContext value={site}>
      <Blocks blocks={home.blocks} />
    </SiteContext>
  );
}
