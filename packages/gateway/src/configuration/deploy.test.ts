import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseConfiguration } from './parse.ts';

/** Of a service in a compose file, what is looked at here. */
interface Service {
  image: string;
  build?: { context: string; dockerfile: string };
  ports?: string[];
  environment?: Record<string, string>;
  command?: string[];
  volumes?: string[];
  secrets?: string[];
  depends_on?: string[] | Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
  stop_grace_period?: string;
}

interface Compose {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
  secrets: Record<string, { environment: string }>;
}

interface Scraping {
  rule_files: string[];
  scrape_configs: {
    job_name: string;
    authorization?: { credentials_file: string };
    static_configs: { targets: string[] }[];
  }[];
}

const fileOf = (path: string) => new URL(`../../../../${path}`, import.meta.url);
const text = (path: string) => readFileSync(fileOf(path), 'utf8');
const yaml = (path: string) => parse(text(path), { merge: true }) as unknown;

const compose = yaml('deploy/compose.yaml') as Compose;
const services = Object.entries(compose.services);
const env = Object.fromEntries(
  [...text('deploy/.env.example').matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [
    name,
    value,
  ]),
);

/** The variables that the compose file asks for, and those among them that must be set. */
const asked = [...text('deploy/compose.yaml').matchAll(/\$\{(\w+)(:\?|:-)?/g)].map(([, name = '', how]) => ({
  name,
  must: how !== ':-',
}));

describe('compose.yaml', () => {
  it('has the services that belong together, each image of one version', () => {
    expect(Object.keys(compose.services)).toEqual([
      'gateway',
      'upstream',
      'aligner',
      'traces',
      'prometheus',
      'grafana',
    ]);
    for (const [name, { image }] of services)
      expect(image, name).toMatch(/^[\w./-]+:(v?\d+\.\d+(\.\d+)?|local)$/);
  });

  it('publishes on loopback alone unless it is told otherwise, and neither models nor traces', () => {
    const published = services.filter(([, { ports = [] }]) => ports.length > 0);
    expect(published.map(([name]) => name)).toEqual(['gateway', 'prometheus', 'grafana']);
    for (const [name, { ports = [] }] of published) {
      for (const port of ports) expect(port, name).toMatch(/^\$\{BIND:-127\.0\.0\.1\}:\d+:\d+$/);
    }
  });

  it('holds no secret, and asks for each of them', () => {
    const secrets = Object.entries(env).filter(([, value]) => value === '');
    expect(secrets.map(([name]) => name)).toEqual([
      'STREAM_ALIGNER_KEY',
      'STREAM_ALIGNER_TRACES_KEY',
      'POSTGRES_PASSWORD',
      'GRAFANA_PASSWORD',
      'HF_TOKEN',
    ]);
    for (const [name] of services.flatMap(([, { environment = {} }]) => Object.entries(environment))) {
      if (!/PASSWORD|KEY|TOKEN/.test(name)) continue;
      const values = services.map(([, { environment = {} }]) => environment[name]).filter(Boolean);
      for (const value of values) expect(value, name).toMatch(/^\$\{\w+(:\?[^}]*|:-)\}$/);
    }
  });

  it('asks for what .env.example has, and for nothing else', () => {
    const names = [
      ...asked.map(({ name }) => name),
      ...Object.values(compose.secrets).map((one) => one.environment),
    ];
    expect(new Set(names)).toEqual(new Set(Object.keys(env)));
    const optional = asked.filter(({ must }) => !must).map(({ name }) => name);
    expect(new Set(optional)).toEqual(new Set(['HF_TOKEN', 'BIND', 'UPSTREAM_MEMORY', 'ALIGNER_MEMORY']));
  });

  it('refers to services, volumes, secrets and files that there are', () => {
    for (const [name, { depends_on: after = {}, volumes = [], secrets = [], build }] of services) {
      for (const other of Array.isArray(after) ? after : Object.keys(after)) {
        expect(compose.services, name).toHaveProperty(other);
        if (!Array.isArray(after)) expect(compose.services[other], other).toHaveProperty('healthcheck.test');
      }
      for (const volume of volumes) {
        const [source = ''] = volume.split(':');
        if (source.startsWith('.')) expect(existsSync(fileOf(`deploy/${source}`)), source).toBe(true);
        else expect(compose.volumes, name).toHaveProperty(source);
      }
      for (const secret of secrets) expect(compose.secrets, name).toHaveProperty(secret);
      if (build) expect(existsSync(fileOf(build.dockerfile)), build.dockerfile).toBe(true);
    }
  });
});

describe('gateway.yaml', () => {
  const { environment = {}, volumes = [], stop_grace_period: grace = '' } = compose.services['gateway'] ?? {};
  // What compose makes of them, with secrets that name themselves.
  const given = Object.entries(environment).map(([name, value]) => [
    name,
    value.replace(/\$\{(\w+)[^}]*\}/g, (_, variable: string) => variable.toLowerCase()),
  ]);
  const configuration = parseConfiguration({
    text: text('deploy/gateway.yaml'),
    env: Object.fromEntries(given) as Record<string, string>,
  });

  it('is one that the gateway takes, with what the compose file gives it', () => {
    expect(Object.keys(configuration.models)).toEqual(['assistant-shadow', 'assistant']);
    expect(configuration.server.keys).toEqual(['stream_aligner_key']);
    expect(configuration.traces?.keys).toEqual(['stream_aligner_traces_key']);
    const used = [...text('deploy/gateway.yaml').matchAll(/\$\{(\w+)/g)].map(([, name]) => name);
    for (const name of used) expect(environment).toHaveProperty(name ?? '');
  });

  it('speaks to services of the compose file', () => {
    const models = [...Object.values(configuration.upstreams), ...Object.values(configuration.aligners)];
    const addresses = models.map((model) => ('baseUrl' in model ? String(model.baseUrl) : ''));
    for (const address of [...addresses, environment['TRACES_URL'] ?? ''])
      expect(Object.keys(compose.services), address).toContain(/(?:\/\/|@)(\w+):\d+\//.exec(address)?.[1]);
  });

  it('finds its policy where it is mounted, and time to drain', () => {
    const [source = ''] =
      volumes.find((volume) => volume.includes(':/etc/stream-aligner/policies'))?.split(':') ?? [];
    const [aligner] = Object.values(configuration.aligners);
    const file = aligner && 'policyFile' in aligner ? String(aligner.policyFile) : '';
    expect(existsSync(fileOf(`deploy/${source}/${file.replace('policies/', '')}`)), file).toBe(true);
    expect(Number(grace.replace('s', '')) * 1000).toBeGreaterThan(configuration.server.drainMs);
  });
});

describe('prometheus.yml', () => {
  const { rule_files: ruleFiles, scrape_configs: jobs } = yaml(
    'deploy/prometheus/prometheus.yml',
  ) as Scraping;

  it('scrapes services of the compose file, the gateway with its key', () => {
    const targets = jobs.flatMap((job) => job.static_configs.flatMap((one) => one.targets));
    for (const target of targets) expect(Object.keys(compose.services)).toContain(target.split(':')[0]);
    const secrets = (compose.services['prometheus']?.secrets ?? []).map((name) => `/run/secrets/${name}`);
    const gateway = jobs.find(({ job_name: name }) => name === 'stream-aligner');
    expect(secrets).toContain(gateway?.authorization?.credentials_file);
  });

  it('reads rule files that there are', () => {
    for (const file of ruleFiles) expect(existsSync(fileOf(`deploy/prometheus/${file}`)), file).toBe(true);
  });
});

describe('Grafana', () => {
  it('finds the data source and the dashboards that are mounted', () => {
    const { datasources } = yaml('deploy/grafana/provisioning/datasources/prometheus.yaml') as {
      datasources: { type: string; url: string }[];
    };
    expect(datasources).toMatchObject([{ type: 'prometheus', url: 'http://prometheus:9090' }]);
    const { providers } = yaml('deploy/grafana/provisioning/dashboards/stream-aligner.yaml') as {
      providers: { options: { path: string } }[];
    };
    const { volumes = [], environment = {} } = compose.services['grafana'] ?? {};
    for (const { options } of providers) {
      expect(volumes).toContain(`./grafana/dashboards:${options.path}:ro`);
      expect(environment['GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH']).toBe(
        `${options.path}/stream-aligner.json`,
      );
    }
  });
});

describe('the Dockerfile', () => {
  const dockerfile = text('deploy/Dockerfile');

  it('runs the Node that the tests run, as nobody in particular', () => {
    const { version } = JSON.parse(text('node_modules/node/package.json')) as { version: string };
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
    expect(new Set(bases)).toEqual(new Set([`node:${version}-bookworm-slim`]));
    expect(dockerfile.lastIndexOf('USER node')).toBeGreaterThan(dockerfile.lastIndexOf('COPY'));
  });

  it('takes files that there are and that its .dockerignore lets through', () => {
    const ignored = text('deploy/Dockerfile.dockerignore').split('\n').filter(Boolean);
    const taken = [...dockerfile.matchAll(/^COPY --from=build (.*) \S+$/gm)].flatMap(([, list = '']) =>
      list.split(' ').map((path) => path.replace('/app/', '')),
    );
    expect(taken.length).toBeGreaterThan(4);
    for (const path of taken) {
      expect(existsSync(fileOf(path)), path).toBe(true);
      expect(ignored).not.toContain(path);
    }
    expect(existsSync(fileOf(/ENTRYPOINT \["node", "(.*)"\]/.exec(dockerfile)?.[1] ?? 'none'))).toBe(true);
  });
});
