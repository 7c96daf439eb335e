import { FSDP, trainerVariables } from './trainer-files.ts';

export interface Launch {
  python: string;
  module: string;
  args: readonly string[];
  /** Processes on this machine, one a GPU. Default 1. */
  gpus?: number;
  /** Whether the model is split over all GPUs, rather than copied to each. Default false. */
  fsdp?: boolean;
  /** Default: this machine alone. */
  machines?: Machines;
}

/** Several machines that train one model; the command runs once on each. */
export interface Machines {
  count: number;
  /** Which of them this is, from 0; number 0 shows progress and writes the model. */
  rank: number;
  /** Host and port of machine 0, which the others reach. */
  host: string;
  port: number;
}

/** The program, its arguments and its environment that run one of the trainer's modules. */
export function launchOf({ python, module, args, gpus = 1, fsdp = false, machines }: Launch) {
  const run = ['-m', module, ...args];
  const processes = gpus * (machines?.count ?? 1);
  return {
    file: python,
    args:
      processes > 1
        ? ['-m', 'accelerate.commands.launch', ...launcherArguments({ processes, fsdp, machines }), ...run]
        : run,
    // Seconds that the launcher leaves its workers to save a checkpoint; its 30 are few for a large model.
    env: { TORCH_ELASTIC_SHUTDOWN_TIMEOUT: '300', ...trainerVariables() },
  };
}

interface Processes {
  processes: number;
  fsdp: boolean;
  machines: Machines | undefined;
}

function launcherArguments({ processes, fsdp, machines }: Processes): string[] {
  const options = {
    num_processes: processes,
    num_machines: machines?.count ?? 1,
    // The recipe decides both; said here, so that the launcher does not warn of guessing them.
    mixed_precision: 'no',
    dynamo_backend: 'no',
    ...(machines && {
      machine_rank: machines.rank,
      main_process_ip: machines.host,
      main_process_port: machines.port,
    }),
  };
  const how = fsdp ? ['--config_file', FSDP] : ['--multi_gpu'];
  return [...how, ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])];
}
