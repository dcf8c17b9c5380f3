import { defineConfig } from "vite";

export default defineConfig({
  // The server writes into the page where the gateway stands; assets find each other.
  base: "./",
  publicDir: false,
  build: {
    outDir: "../built",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2023",
    // Everything is a file of its own, so that the page needs no `data:` in its policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      // Of what is generated a screen takes along only what it asks for.
      treeshake: { moduleSideEffects: (id) => !id.includes("/generated/") },
      input: { index: "index.html", worker: "worker/worker.ts" },
      output: {
        // The worker's address stays the same, as browsers look there for another.
        entryFileNames: ({ name }) => (name === "worker" ? "worker.js" : "assets/[name]-[hash].js"),
      },
    },
  },
});
