-- A store of format 3 with three runs: a whole one, one that was not let in, and a partial one.
BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'cors-audit','0001_tables','2026-11-22 22:50:00.538692+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'cors-audit','0002_views','2026-11-22 22:50:00.539131+00:00');
INSERT INTO "_sqlite_migrations" VALUES(3,'cors-audit','0003_unlinked','2026-11-22 22:50:00.539413+00:00');
CREATE TABLE "claims" (
   "hash" TEXT PRIMARY KEY,
   "fingerprint" TEXT,
   "body" TEXT
);
INSERT INTO "claims" VALUES('3dad1a6e62c617d7b76ba85ba9dcf02572f1c2175aae469fdf0315b8d6ec6528','2c02ceaf82d9b727b5109cb402c7617ca89b2ce9b75079449c74ea6367c265a6','{"because": [], "capabilities": ["read_cred"], "certainty": "conditional", "do": "remove https://old-portal.example.com", "documents": ["aws:111122223333/eu-west-1 HttpApi payments"], "environment": "prod", "grantor": {"entry": "", "field": "AllowOrigins[3]", "hop": "h1", "layer": "gateway", "role": "payments", "title": "HTTP API", "where": {"line": null, "place": "HTTP API payments"}}, "host": "api.example.com", "managed_by": null, "owner": null, "routes": ["api.example.com/v1/accounts/*"], "rule": "widened-origin", "severity": "high", "subject": "https://old-portal.example.com", "what": "https://old-portal.example.com can read responses with cookies", "why": "the gateway lists it, the allowlist does not", "witness": "https://old-portal.example.com"}');
CREATE TABLE "document_spans" (
   "id" INTEGER PRIMARY KEY,
   "series" INTEGER,
   "first_run" INTEGER,
   "until_run" INTEGER,
   "source" TEXT,
   "kind" TEXT,
   "key" TEXT,
   "hash" TEXT REFERENCES "documents"("hash"),
   "place" TEXT,
   "line" INTEGER,
   "lines" TEXT
);
INSERT INTO "document_spans" VALUES(1,1,1,NULL,'file:services','AppConfig','a.env','861f14e218b185e91e762b5543cac9f58694d00ef42999bc8e3069a07e3124dc','services/a.env',3,'{"/x": 3}');
INSERT INTO "document_spans" VALUES(2,1,1,2,'aws:111122223333/eu-west-1','HttpApi','payments','5645d8f21f8f2df635e9e94af68cfd03413abea5bce8bbc5fd0248305b098e03','HTTP API payments',NULL,'{}');
INSERT INTO "document_spans" VALUES(3,3,3,NULL,'file:services','AppConfig','a.env','861f14e218b185e91e762b5543cac9f58694d00ef42999bc8e3069a07e3124dc','services/a.env',3,'{"/x": 3}');
INSERT INTO "document_spans" VALUES(4,3,3,NULL,'aws:111122223333/eu-west-1','HttpApi','payments','5645d8f21f8f2df635e9e94af68cfd03413abea5bce8bbc5fd0248305b098e03','HTTP API payments',NULL,'{}');
CREATE TABLE "documents" (
   "hash" TEXT PRIMARY KEY,
   "source" TEXT,
   "kind" TEXT,
   "key" TEXT,
   "body" TEXT
);
INSERT INTO "documents" VALUES('861f14e218b185e91e762b5543cac9f58694d00ef42999bc8e3069a07e3124dc','file:services','AppConfig','a.env','{"CORS_ORIGINS": "*"}');
INSERT INTO "documents" VALUES('5645d8f21f8f2df635e9e94af68cfd03413abea5bce8bbc5fd0248305b098e03','aws:111122223333/eu-west-1','HttpApi','payments','{"CorsConfiguration": {"AllowOrigins": ["https://app.example.com", "https://old-portal.example.com"], "AllowCredentials": true}}');
CREATE TABLE "finding_spans" (
   "id" INTEGER PRIMARY KEY,
   "series" INTEGER,
   "first_run" INTEGER,
   "until_run" INTEGER,
   "fingerprint" TEXT,
   "state" TEXT,
   "cause" TEXT,
   "severity" TEXT,
   "witness" TEXT,
   "evidence" TEXT,
   "reason" TEXT,
   "changed" TEXT,
   "also" TEXT,
   "backlog" INTEGER,
   "claim" TEXT REFERENCES "claims"("hash")
);
INSERT INTO "finding_spans" VALUES(1,1,1,2,'2c02ceaf82d9b727b5109cb402c7617ca89b2ce9b75079449c74ea6367c265a6','new','first-read','high','https://old-portal.example.com','99cd6fe6e5bf709ecb0bf9cba15a4288e8d52114c48056946757157584dad608',NULL,'["aws:111122223333/eu-west-1 HttpApi payments"]','[]',1,'3dad1a6e62c617d7b76ba85ba9dcf02572f1c2175aae469fdf0315b8d6ec6528');
INSERT INTO "finding_spans" VALUES(2,1,2,NULL,'2c02ceaf82d9b727b5109cb402c7617ca89b2ce9b75079449c74ea6367c265a6','unverifiable',NULL,NULL,NULL,NULL,'not read by this run: aws:111122223333/eu-west-1','[]','[]',1,NULL);
INSERT INTO "finding_spans" VALUES(3,3,3,NULL,'2c02ceaf82d9b727b5109cb402c7617ca89b2ce9b75079449c74ea6367c265a6','standing',NULL,'high','https://old-portal.example.com','99cd6fe6e5bf709ecb0bf9cba15a4288e8d52114c48056946757157584dad608',NULL,'[]','[]',1,'3dad1a6e62c617d7b76ba85ba9dcf02572f1c2175aae469fdf0315b8d6ec6528');
CREATE TABLE "findings" (
   "estate" TEXT,
   "fingerprint" TEXT,
   "rule" TEXT,
   "first_run" INTEGER,
   "last_run" INTEGER,
   "resolved_run" INTEGER,
   "backlog" INTEGER,
   "claim" TEXT REFERENCES "claims"("hash"),
   "documents" TEXT,
   "sources" TEXT,
   "exclusions_digest" TEXT,
   PRIMARY KEY ("estate", "fingerprint")
);
INSERT INTO "findings" VALUES('prod','2c02ceaf82d9b727b5109cb402c7617ca89b2ce9b75079449c74ea6367c265a6','widened-origin',1,3,NULL,1,'3dad1a6e62c617d7b76ba85ba9dcf02572f1c2175aae469fdf0315b8d6ec6528','{"aws:111122223333/eu-west-1 HttpApi payments": "5645d8f21f8f2df635e9e94af68cfd03413abea5bce8bbc5fd0248305b098e03"}','["aws:111122223333/eu-west-1", "file:services"]','x1');
CREATE TABLE "last_documents" (
   "estate" TEXT,
   "document" TEXT,
   "source" TEXT,
   "hash" TEXT,
   PRIMARY KEY ("estate", "document")
);
INSERT INTO "last_documents" VALUES('prod','aws:111122223333/eu-west-1 HttpApi payments','aws:111122223333/eu-west-1','5645d8f21f8f2df635e9e94af68cfd03413abea5bce8bbc5fd0248305b098e03');
INSERT INTO "last_documents" VALUES('prod','file:services AppConfig a.env','file:services','861f14e218b185e91e762b5543cac9f58694d00ef42999bc8e3069a07e3124dc');
CREATE TABLE "last_sources" (
   "estate" TEXT,
   "source" TEXT,
   "complete" INTEGER,
   PRIMARY KEY ("estate", "source")
);
INSERT INTO "last_sources" VALUES('prod','aws:111122223333/eu-west-1',1);
INSERT INTO "last_sources" VALUES('prod','file:services',1);
CREATE TABLE "route_spans" (
   "id" INTEGER PRIMARY KEY,
   "series" INTEGER,
   "first_run" INTEGER,
   "until_run" INTEGER,
   "name" TEXT,
   "environment" TEXT,
   "host" TEXT,
   "path" TEXT,
   "verdict" TEXT,
   "blinded" INTEGER,
   "hops" TEXT,
   "evaluation" TEXT,
   "sources" TEXT,
   "skipped" TEXT
);
INSERT INTO "route_spans" VALUES(1,1,1,2,'api.example.com/v1/accounts/*','prod','api.example.com','/v1/accounts/*','clean',0,'["payments", "accounts"]','e1','["aws:111122223333/eu-west-1", "file:services"]','[]');
INSERT INTO "route_spans" VALUES(2,1,2,NULL,'api.example.com/v1/accounts/*','prod','api.example.com','/v1/accounts/*','cannot tell',1,'["payments", "accounts"]','e1','["aws:111122223333/eu-west-1", "file:services"]','[]');
INSERT INTO "route_spans" VALUES(3,3,3,NULL,'api.example.com/v1/accounts/*','prod','api.example.com','/v1/accounts/*','clean',0,'["payments", "accounts"]','e1','["aws:111122223333/eu-west-1", "file:services"]','[]');
CREATE TABLE "runs" (
   "id" INTEGER PRIMARY KEY,
   "series" INTEGER,
   "started" TEXT NOT NULL,
   "finished" TEXT NOT NULL,
   "version" TEXT NOT NULL,
   "rules_digest" TEXT NOT NULL,
   "allowlist_digest" TEXT NOT NULL,
   "exclusions_digest" TEXT NOT NULL,
   "estate" TEXT NOT NULL,
   "scope" TEXT NOT NULL,
   "complete" INTEGER NOT NULL,
   "exit_code" INTEGER NOT NULL,
   "rules" TEXT NOT NULL,
   "counts" TEXT NOT NULL
);
INSERT INTO "runs" VALUES(1,1,'2026-11-22T03:00:00+00:00','2026-11-22T03:07:00+00:00','0.9','r1','k1','x1','prod','{"estate": "prod", "selection": []}',1,10,'["null-origin", "widened-origin"]','{"routes": 1}');
INSERT INTO "runs" VALUES(2,1,'2026-11-22T03:00:00+00:00','2026-11-22T03:07:00+00:00','0.9','r1','k1','x1','prod','{"estate": "prod", "selection": []}',0,13,'["null-origin", "widened-origin"]','{"routes": 1}');
INSERT INTO "runs" VALUES(3,3,'2026-11-22T03:00:00+00:00','2026-11-22T03:07:00+00:00','0.9','r1','k1','x1','prod','{"estate": "prod", "selection": [["host", "api.example.com"]]}',1,10,'["null-origin", "widened-origin"]','{"routes": 1}');
CREATE TABLE "source_spans" (
   "id" INTEGER PRIMARY KEY,
   "series" INTEGER,
   "first_run" INTEGER,
   "until_run" INTEGER,
   "source" TEXT,
   "kind" TEXT,
   "found" INTEGER,
   "read" INTEGER,
   "excluded" INTEGER
);
INSERT INTO "source_spans" VALUES(1,1,1,2,'aws:111122223333/eu-west-1','HttpApi',1,1,0);
INSERT INTO "source_spans" VALUES(2,1,1,NULL,'file:services','AppConfig',4,1,3);
INSERT INTO "source_spans" VALUES(3,1,2,NULL,'aws:111122223333/eu-west-1','HttpApi',1,0,0);
INSERT INTO "source_spans" VALUES(4,3,3,NULL,'aws:111122223333/eu-west-1','HttpApi',1,1,0);
INSERT INTO "source_spans" VALUES(5,3,3,NULL,'file:services','AppConfig',4,1,3);
CREATE TABLE "unlinked_spans" (
   "id" INTEGER PRIMARY KEY,
   "series" INTEGER,
   "first_run" INTEGER,
   "until_run" INTEGER,
   "name" TEXT,
   "cause" TEXT,
   "blinded" INTEGER,
   "routes" TEXT,
   "blinds" TEXT
);
INSERT INTO "unlinked_spans" VALUES(1,1,2,NULL,'host:x.internal','nothing answers to host:x.internal',1,'["api.example.com/v1/accounts/*"]','["api.example.com/v1/accounts/*"]');
CREATE TABLE "unread_spans" (
   "id" INTEGER PRIMARY KEY,
   "series" INTEGER,
   "first_run" INTEGER,
   "until_run" INTEGER,
   "scope" TEXT,
   "source" TEXT,
   "gap" TEXT,
   "reason" TEXT,
   "do" TEXT,
   "blinded" INTEGER,
   "routes" TEXT,
   "body" TEXT
);
INSERT INTO "unread_spans" VALUES(1,1,2,NULL,'aws:111122223333/eu-west-1','aws:111122223333/eu-west-1','denied','AccessDenied','grant it',1,'["api.example.com/v1/accounts/*"]','{"do": "grant it", "gap": "denied", "layer": null, "names": [], "reason": "AccessDenied", "scope": "aws:111122223333/eu-west-1", "source": "aws:111122223333/eu-west-1", "where": {"line": null, "place": "role CorsAudit"}}');
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX "idx_runs_scope"
    ON "runs" ("scope");
CREATE INDEX "idx_document_spans_series_until_run"
    ON "document_spans" ("series", "until_run");
CREATE INDEX "idx_source_spans_series_until_run"
    ON "source_spans" ("series", "until_run");
CREATE INDEX "idx_unread_spans_series_until_run"
    ON "unread_spans" ("series", "until_run");
CREATE INDEX "idx_route_spans_series_until_run"
    ON "route_spans" ("series", "until_run");
CREATE INDEX "idx_finding_spans_series_until_run"
    ON "finding_spans" ("series", "until_run");
CREATE VIEW "run_documents" AS SELECT r.id AS run, s.source, s.kind, s.key, s.hash, s.place, s.line, s.lines, s.source || ' ' || s.kind || ' ' || s.key AS document, s.place || coalesce(':' || s.line, '') AS "where" FROM runs r JOIN document_spans s ON s.series = r.series AND s.first_run <= r.id AND (s.until_run IS NULL OR s.until_run > r.id);
CREATE VIEW "sources" AS SELECT r.id AS run, s.source, s.kind, s.found, s.read, s.excluded FROM runs r JOIN source_spans s ON s.series = r.series AND s.first_run <= r.id AND (s.until_run IS NULL OR s.until_run > r.id);
CREATE VIEW "unread" AS SELECT r.id AS run, s.scope, s.source, s.gap, s.reason, s.do, s.blinded, s.routes, s.body FROM runs r JOIN unread_spans s ON s.series = r.series AND s.first_run <= r.id AND (s.until_run IS NULL OR s.until_run > r.id);
CREATE VIEW "routes" AS SELECT r.id AS run, s.name, s.environment, s.host, s.path, s.verdict, s.blinded, s.hops, s.evaluation, s.sources, s.skipped FROM runs r JOIN route_spans s ON s.series = r.series AND s.first_run <= r.id AND (s.until_run IS NULL OR s.until_run > r.id);
CREATE VIEW "run_findings" AS SELECT r.id AS run, s.fingerprint, s.state, s.cause, s.severity, s.witness, s.evidence, s.reason, s.changed, s.also, s.backlog, s.claim, c.body AS finding FROM runs r JOIN finding_spans s ON s.series = r.series AND s.first_run <= r.id AND (s.until_run IS NULL OR s.until_run > r.id) LEFT JOIN claims c ON c.hash = s.claim;
CREATE INDEX "idx_unlinked_spans_series_until_run"
    ON "unlinked_spans" ("series", "until_run");
CREATE VIEW "unlinked" AS SELECT r.id AS run, s.name, s.cause, s.blinded, s.routes, s.blinds FROM runs r JOIN unlinked_spans s ON s.series = r.series AND s.first_run <= r.id AND (s.until_run IS NULL OR s.until_run > r.id);
PRAGMA application_id = 1129271891;
PRAGMA user_version = 3;
COMMIT;
