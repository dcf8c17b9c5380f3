/** Lets Node run `relay.ts`: Relay's plugin of Babel compiles the tags, as it does in a bundler. */
import { registerHooks } from "node:module";
import { transformSync } from "@babel/core";

registerHooks({
  resolve: (name, context, next) => next(name.endsWith(".graphql") ? `${name}.ts` : name, context),
  load(url, context, next) {
    const loaded = next(url, context);
    if (!url.endsWith("/relay.ts")) return loaded;
    const { code } = transformSync(String(loaded.source), {
      filename: new URL(url).pathname,
      cwd: import.meta.dirname,
      configFile: false,
      parserOpts: { plugins: ["typescript"] },
      plugins: [["relay", { artifactDirectory: "generated/relay", eagerEsModules: true }]],
    });
    return { ...loaded, source: code };
  },
});
