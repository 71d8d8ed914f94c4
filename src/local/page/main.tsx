// Mounts the page.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";

const root = document.getElementById("root");
if (root === null) throw new Error('The page has no element with id "root" to mount on.');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
