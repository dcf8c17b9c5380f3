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
    // Monaco alone is larger than the default limit.
    chunkSizeWarningLimit: 4000,
    // Everything is a file of its own, so that the page needs no `data:` in its policy.
    assetsInlineLimit: 0,
    rolldownOptions: {
      onLog(level, log, report) {
        // "use client" is for servers that render React.
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") report(level, log);
      },
    },
  },
  worker: { format: "es" },
});
