/**
 * What the other rooms ask of the catalogue. The runtime loads it with the
 * first question: at a healthy start nobody reads the rules.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

export { emptySettings } from "./django_settings.ts";
export { explainFailure } from "./explain.ts";
export { mendForMedia } from "./refusals.ts";
export { makeScene, searchSite } from "./scene.ts";
export { explainMissing, explainSyntax, explainUnset } from "./static.ts";
export { mendForDjango, mendForJinja } from "./templates.ts";
export { configurationUnloaded } from "./unset.ts";
