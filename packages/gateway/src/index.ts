export { type Address, isLoopback, resolveAddress } from './configuration/address.ts';
export { defaultConfiguration } from './configuration/default.ts';
export { type ParseConfigurationOptions, parseConfiguration } from './configuration/parse.ts';
export { readConfiguration } from './configuration/read.ts';
export type {
  AlignerConfiguration,
  Configuration,
  ModelConfiguration,
  UpstreamConfiguration,
} from './configuration/schema.ts';
export { createGateway, type Gateway, type GatewayOptions } from './gateway.ts';
export type { Log } from './observe/log.ts';
export { type OpenRecipesOptions, openRecipes, type Recipes } from './recipes/open-recipes.ts';
export type { Recipe, RecipeOptions } from './recipes/recipe.ts';
export { type ServedGateway, serveNode } from './serve-node.ts';
