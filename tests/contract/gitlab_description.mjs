// GitLab's own description of its REST API (tests/data/gitlab_api), put right where GitLab's documentation of the same
// call says otherwise, and made strict: an object has the fields that GitLab names and no other, and an answer has
// those that the client reads. DIFFGATE_GITLAB_OPENAPI names another copy, a newer one for example.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import yaml from "yaml";

const project = "/api/v4/projects/{id}";
const mergeRequest = `${project}/merge_requests/{merge_request_iid}`;
const notes = `${project}/merge_requests/{noteable_id}/notes`;
const schemaOf = (description, name) => description.components.schemas[`APIEntities${name}`];
const jsonOf = (operation, status) => operation.responses[status].content["application/json"];

// Where the description is wrong by GitLab's documentation (docs.gitlab.com/api), and what is put in its place. Each
// fails once the description says what it should.
export const exceptions = [
  {
    why: "Notes, 'List all merge request notes': an array; the description has one note",
    apply(description) {
      const answer = jsonOf(description.paths[notes].get, "200");
      assert.equal(answer.schema.type, undefined);
      answer.schema = { type: "array", items: answer.schema };
    },
  },
  {
    why: "REST API, 'Status codes': a POST that creates answers 201; the description has only 200 for a commit status",
    apply(description) {
      const { responses } = description.paths[`${project}/statuses/{sha}`].post;
      assert.equal(responses["201"], undefined);
      responses["201"] = responses["200"];
    },
  },
  {
    why: "Members and Projects: access_level is a number in every example; the description has strings",
    apply(description) {
      for (const name of ["Member", "ProjectAccess", "GroupAccess"]) {
        const { properties } = schemaOf(description, name);
        assert.equal(properties.access_level.type, "string");
        properties.access_level = { type: "integer" };
      }
    },
  },
  {
    why: "Personal access tokens: expires_at is a day; the description has a time",
    apply(description) {
      const { properties } = schemaOf(description, "PersonalAccessToken");
      assert.equal(properties.expires_at.format, "date-time");
      properties.expires_at = { type: "string", format: "date" };
    },
  },
  {
    why: "Repositories, 'Retrieve a merge base': refs[]=a&refs[]=b; the description has refs=a,b. Prism misses a name with brackets, so the test counts them",
    apply(description) {
      const refs = description.paths[`${project}/repository/merge_base`].get.parameters.find((one) => one.name === "refs");
      assert.equal(refs.explode, false);
      Object.assign(refs, { name: "refs[]", explode: true, required: false });
    },
  },
  {
    why: "Repository files, 'Retrieve a raw file': the type of the file's content; the description has bytes alone",
    apply(description) {
      const { content } = description.paths[`${project}/repository/files/{file_path}/raw`].get.responses["200"];
      assert.equal(content["text/plain"], undefined);
      content["text/plain"] = { schema: { type: "string" } };
    },
  },
  {
    why: "REST API, 'Namespaced paths': a project goes by number or by path; a number in a path is both, and oneOf forbids that",
    apply(description) {
      const ids = operations(description).flatMap(({ operation }) => operation.parameters ?? []).filter((one) => one.schema.oneOf);
      assert.ok(ids.length > 0);
      for (const { schema } of ids) {
        schema.anyOf = schema.oneOf;
        delete schema.oneOf;
      }
    },
  },
  {
    why: "REST API, 'Pagination': page and per_page go with every list; two lists do not name them",
    apply(description) {
      const { parameters } = description.paths[`${mergeRequest}/diffs`].get;
      const paging = parameters.filter((one) => ["page", "per_page"].includes(one.name));
      for (const list of ["pipelines", "status_checks"]) {
        const operation = description.paths[`${mergeRequest}/${list}`].get;
        assert.ok(!operation.parameters.some((one) => one.name === "per_page"));
        operation.parameters.push(...paging);
      }
    },
  },
  {
    why: "REST API, 'Status codes': every call may be refused so; few say it one by one",
    apply(description) {
      for (const operation of operations(description).map((one) => one.operation)) {
        for (const status of ["400", "401", "403", "404", "409"]) operation.responses[status] ??= { description: "" };
      }
    },
  },
];

// Fields that GitLab's documentation shows as null; the description knows no null in an answer.
const nullable = {
  UserBasic: ["avatar_url"],
  UserPublic: ["avatar_url"],
  MergeRequestAuthor: ["avatar_url"],
  Member: ["avatar_url", "expires_at"],
  MergeRequestBasic: ["merge_commit_sha"],
  MergeRequest: ["merge_commit_sha", "diff_refs", "changes_count", "prepared_at"],
  CommitStatus: ["started_at", "finished_at", "coverage"],
  Note: ["type"],
};

// What the client reads of an answer.
const read = {
  UserPublic: ["id", "username"],
  UserBasic: ["id", "username"],
  PersonalAccessToken: ["scopes", "expires_at"],
  ProjectsWithAccessAndCatalogSetting: ["id", "path_with_namespace", "permissions"],
  ProjectAccess: ["access_level"],
  Member: ["access_level"],
  MergeRequestBasic: [
    "iid", "title", "state", "draft", "sha", "author", "labels", "source_branch", "target_branch", "source_project_id",
    "target_project_id", "updated_at", "web_url",
  ],
  DiffRefs: ["head_sha", "start_sha"],
  Diff: ["new_path", "old_path", "deleted_file", "renamed_file"],
  CiPipelineBasic: ["id", "project_id", "sha", "source", "ref", "status", "web_url"],
  CiJob: ["id", "name", "status", "web_url", "finished_at", "artifacts_file"],
  MergeRequestsStatusCheck: ["id", "name", "status"],
  CommitStatus: ["pipeline_id"],
  Commit: ["id", "message"],
  CommitDetail: ["message", "parent_ids"],
  Branch: ["commit"],
  Note: ["id", "body", "author", "system"],
};
read.MergeRequest = [...read.MergeRequestBasic, "diff_refs"];

function allowNull(description) {
  for (const [name, fields] of Object.entries(nullable)) {
    const { properties } = schemaOf(description, name);
    for (const field of fields) {
      assert.ok(properties[field], `GitLab's description has no ${field} of ${name}`);
      if (properties[field].$ref) {
        properties[field] = { anyOf: [properties[field], { type: "string", nullable: true, enum: [null] }] };
      } else {
        properties[field].nullable = true;
      }
    }
  }
  // Of "permissions" the one that the user has not is null.
  const { properties } = schemaOf(description, "ProjectsWithAccessAndCatalogSetting").properties.permissions;
  for (const field of Object.keys(properties)) {
    properties[field] = { anyOf: [properties[field], { type: "string", nullable: true, enum: [null] }] };
  }
}

function demandWhatIsRead(description) {
  for (const [name, fields] of Object.entries(read)) {
    const schema = schemaOf(description, name);
    for (const field of fields) assert.ok(schema.properties[field], `GitLab's description has no ${field} of ${name}`);
    schema.required = fields;
  }
}

function closeObjects(schema) {
  if (!schema || typeof schema !== "object") return;
  if (schema.properties) schema.additionalProperties = false;
  for (const property of Object.values(schema.properties ?? {})) closeObjects(property);
  closeObjects(schema.items);
}

// Every call of the description, with a pattern of its path.
export function operations(description) {
  return Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      pattern: new RegExp(`^${path.replace(/\{artifact_path\}/, ".+").replace(/\{[^}]+\}/g, "[^/]+")}$`),
      operation,
    })),
  );
}

export function strictDescription() {
  const description = yaml.parse(readFileSync(process.env.DIFFGATE_GITLAB_OPENAPI ?? "tests/data/gitlab_api/openapi-shapes.json", "utf8"));
  for (const exception of exceptions) exception.apply(description);
  allowNull(description);
  demandWhatIsRead(description);
  for (const schema of Object.values(description.components.schemas)) closeObjects(schema);
  return { ...description, servers: [{ url: "/" }] };
}

// The path of a file among a job's artifacts has slashes, which a parameter of a description can't have.
export const judgedPath = (url) => url.replace(/(\/jobs\/\d+\/artifacts\/)([^?]+)/, (_, start, file) => start + file.replaceAll("/", "%2F"));
