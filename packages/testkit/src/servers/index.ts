export { type ContractType, contracts } from './contracts.ts';
export {
  type ContractRequest,
  type ContractServer,
  type ContractServerOptions,
  startContractServer,
} from './start-contract-server.ts';
export { watchPauses } from './watch-pauses.ts';
