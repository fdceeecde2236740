// Puts cases to @cloud-copilot/iam-simulate's core: NDJSON in, one verdict a line out.
//
//   node driver.mjs MODULES decide < CASES            a verdict for each case
//   node driver.mjs MODULES validate < CASES          what its own validator says against the documents, one line each
//   node driver.mjs MODULES bench ROUNDS < SETTING    decisions per second of CPU time, one line a round
//
// MODULES is the folder `node_modules`. Policies are parsed and requests made ready before anything is measured.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { join, resolve } from "node:path";

const [modules, task, rounds] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(join(resolve(modules), "@cloud-copilot", path)));
const { authorize } = await load("iam-simulate/dist/esm/core_engine/CoreSimulatorEngine.js");
const { AwsRequestImpl } = await load("iam-simulate/dist/esm/request/request.js");
const { RequestContextImpl } = await load("iam-simulate/dist/esm/requestContext.js");
const { DiscoveryContextKeyConstraints } = await load("iam-simulate/dist/esm/context_keys/discoveryContextKeyConstraints.js");
const policies = await load("iam-policy/dist/esm/index.js");

const simulationParameters = { simulationMode: "Strict", discoveryContextKeyConstraints: new DiscoveryContextKeyConstraints() };
const FULL = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }] };

const policy = (document, index) => policies.loadPolicy(document, { name: `p${index}` });
const list = (documents) => (documents ?? []).map(policy);
const one = (document) => (document ? policy(document, 0) : undefined);
const chain = (levels, always) =>
  (levels ?? []).map((level) => ({ orgIdentifier: level.target, policies: list([...always, ...level.policies]) }));

/** The policies of a case, parsed. */
function parsed(one_case) {
  return {
    sessionPolicy: one(one_case.sessionPolicy),
    identityPolicies: list(one_case.identityPolicies),
    serviceControlPolicies: chain(one_case.scpChain, []),
    resourceControlPolicies: chain(one_case.rcpChain, [FULL]),
    resourcePolicy: one(one_case.resourcePolicy),
    permissionBoundaries: one_case.permissionBoundary ? list([one_case.permissionBoundary]) : undefined,
    vpcEndpointPolicies: one_case.vpcEndpointPolicies ? list(one_case.vpcEndpointPolicies) : undefined,
    simulationParameters,
  };
}

/** The request of a case, made ready. */
function ready(request) {
  const principal = request.principal ?? { type: "Anonymous" };
  const resource = { resource: request.resource, accountId: request.resourceAccount };
  const context = new RequestContextImpl(request.context ?? {});
  return new AwsRequestImpl(principal, resource, request.action, context, request.wildcardOnlyAction ?? false);
}

function decide(one_case) {
  try {
    return authorize({ request: ready(one_case.request), ...parsed(one_case) }).result;
  } catch (error) {
    return `error: ${error.message}`.replaceAll("\n", " ");
  }
}

const VALIDATORS = [
  ["identityPolicies", policies.validateIdentityPolicy],
  ["vpcEndpointPolicies", policies.validateEndpointPolicy],
  ["permissionBoundary", policies.validateIdentityPolicy],
  ["sessionPolicy", policies.validateSessionPolicy],
  ["resourcePolicy", policies.validateResourcePolicy],
];

/** What is wrong with the documents of a case. */
function invalid(one_case) {
  const documents = VALIDATORS.flatMap(([field, validate]) => [one_case[field] ?? []].flat().map((document) => [field, validate, document]));
  for (const [field, validate] of [["scpChain", policies.validateServiceControlPolicy], ["rcpChain", policies.validateResourceControlPolicy]]) {
    for (const level of one_case[field] ?? []) documents.push(...level.policies.map((document) => [field, validate, document]));
  }
  return documents.flatMap(([field, validate, document]) =>
    validate(document).map((error) => `${one_case.id} ${field} ${error.path}: ${error.message}`.replaceAll("\n", " ")));
}

/** Decisions per second of CPU time over all requests of a setting. */
function bench(setting) {
  const made = parsed(setting);
  const requests = setting.requests.map((request) => ({ request: ready(request), ...made }));
  const counts = {};
  for (const request of requests) authorize(request);
  for (let round = 0; round < Number(rounds); round++) {
    const before = process.cpuUsage();
    for (const request of requests) {
      const { result } = authorize(request);
      counts[result] = (counts[result] ?? 0) + 1;
    }
    const { user, system } = process.cpuUsage(before);
    console.log(requests.length / ((user + system) / 1e6));
  }
  console.error(JSON.stringify(counts));
}

for await (const line of createInterface({ input: process.stdin })) {
  if (line === "") continue;
  const given = JSON.parse(line);
  if (task === "decide") console.log(decide(given));
  if (task === "validate") for (const error of invalid(given)) console.log(error);
  if (task === "bench") bench(given);
}
