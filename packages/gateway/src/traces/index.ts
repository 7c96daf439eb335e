export { openTraceStore, type TracePage, type TraceQuery, type TraceStore } from './store.ts';
