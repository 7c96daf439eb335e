export { readSite, type SiteFile } from './site.ts';
