import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';

const ROOT = path.resolve(import.meta.dirname, '../..');

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, string>;
  env?: Record<string, string>;
}

interface Job {
  if?: string;
  needs?: string;
  environment?: string;
  permissions?: Record<string, string>;
  concurrency?: { 'cancel-in-progress': boolean };
  steps: Step[];
}

interface Workflow {
  permissions: Record<string, string>;
  jobs: Record<string, Job>;
}

const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const files = globSync('.github/workflows/*.yml', { cwd: ROOT });
const workflows = files.map((file): [string, Workflow] => [file, parse(read(file)) as Workflow]);

/** The targets that commands of the workflows can name, as `<project>:<target>`. */
const targets = new Set(
  globSync('{apps,examples,libs,tools}/*/package.json', { cwd: ROOT }).flatMap((file) => {
    const { nx } = JSON.parse(read(file)) as {
      nx?: { name?: string; targets?: Record<string, unknown> };
    };
    return Object.keys(nx?.targets ?? {}).map((target) => `${nx?.name ?? ''}:${target}`);
  }),
);

const commandsOf = ({ steps }: Job) => steps.flatMap(({ run }) => run ?? []).join('\n');
const usesOf = ({ steps }: Job) => steps.flatMap(({ uses }) => uses ?? []);

test.each(workflows)('%s runs commands that there are', (_, { jobs }) => {
  for (const job of Object.values(jobs)) {
    for (const [, target] of commandsOf(job).matchAll(/nx run (\S+:\S+)/g)) {
      expect(targets).toContain(target);
    }
    for (const [, script] of commandsOf(job).matchAll(/bash (\S+)/g)) {
      expect(() => read(script ?? '')).not.toThrow();
    }
    for (const action of usesOf(job)) expect(action).toMatch(/^\.\/|@v\d+$/);
  }
});

test.each(workflows)(
  '%s may read, and only jobs that need it may write or have an identity',
  (_, { permissions, jobs }) => {
    expect(Object.values(permissions)).toEqual(Object.keys(permissions).map(() => 'read'));
    for (const job of Object.values(jobs)) {
      const writes = Object.entries(job.permissions ?? {}).filter(([, level]) => level === 'write');
      const needed = [
        ...(/configure-aws-credentials/.test(usesOf(job).join()) ||
        commandsOf(job).includes('release publish')
          ? ['id-token']
          : []),
        ...(commandsOf(job).includes('gh pr comment') ? ['pull-requests'] : []),
      ];
      expect(writes.map(([name]) => name)).toEqual(needed);
    }
  },
);

describe('deliver', () => {
  const { jobs } = parse(read('.github/workflows/deliver.yml')) as Workflow;
  const { deploy, preview, test: tested, drift } = jobs as Record<string, Job | undefined>;

  test('deploys from main only, with approval, one after the other, and nothing else deploys', () => {
    expect(deploy).toMatchObject({
      if: "github.event_name == 'push'",
      needs: 'test',
      environment: 'production',
      concurrency: { 'cancel-in-progress': false },
    });
    const changing = Object.entries(jobs).filter(([, job]) =>
      /infra:(up|destroy|refresh)/.test(commandsOf(job)),
    );
    expect(changing.map(([name]) => name)).toEqual(['deploy']);
    const { on } = parse(read('.github/workflows/deliver.yml')) as {
      on: { push: { branches: string[] } };
    };
    expect(on.push.branches).toEqual(['main']);
    // An approval that comes late must not bring back an older version.
    expect(deploy && commandsOf(deploy)).toMatch(/^test .*ls-remote origin refs\/heads\/main/);
  });

  test('previews and deploys the files that were tested, and builds nothing again', () => {
    const upload = tested?.steps.find(({ uses }) => uses?.startsWith('actions/upload-artifact'));
    const action = parse(read('.github/actions/tested-artefact/action.yml')) as { runs: Job };
    const download = action.runs.steps.find(({ uses }) =>
      uses?.startsWith('actions/download-artifact'),
    );
    expect(download?.with?.['name']).toBe(upload?.with?.['name']);
    expect(commandsOf(action.runs)).toContain(
      `${upload?.with?.['path'] ?? ''}" | sha256sum --check`,
    );
    for (const job of [preview, deploy]) {
      const taken = job?.steps.find(({ uses }) => uses === './.github/actions/tested-artefact');
      expect(taken?.with?.['sha256']).toBe('${{ needs.test.outputs.sha256 }}');
      const commands = job === undefined ? '' : commandsOf(job);
      expect(commands).toMatch(/nx run infra:\w+ .*--exclude-task-dependencies/);
      expect(commands).not.toMatch(/-t build|:build/);
    }
  });

  test('names its stack, has no key of AWS, and gives forks nothing', () => {
    for (const job of [preview, deploy, drift]) {
      expect(job && commandsOf(job)).toMatch(/nx run infra:\w+ --stack "\$STACK"/);
    }
    const text = read('.github/workflows/deliver.yml');
    expect([...text.matchAll(/secrets\.(\w+)/g)].map(([, name]) => name)).toEqual(
      Array(3).fill('PULUMI_CONFIG_PASSPHRASE'),
    );
    expect(preview?.if).toContain('head.repo.full_name == github.repository');
  });

  test('the role of previews may write locks only', () => {
    const [, section = ''] = read('docs/deploy.md').split('## Deliver from GitHub');
    expect(section.replaceAll('\n', ' ')).toContain(
      '`PutObject` and `DeleteObject` too, but on `.pulumi/locks/*` of the bucket only',
    );
  });

  test('its variables are those of the document on deploying', () => {
    const text = read('.github/workflows/deliver.yml');
    const document = read('docs/deploy.md');
    for (const [, name] of text.matchAll(/(?:vars|secrets)\.(\w+)/g)) {
      expect(document).toContain(`\`${name ?? ''}\``);
    }
  });
});
