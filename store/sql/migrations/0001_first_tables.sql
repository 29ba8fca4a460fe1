-- The private tables. Public names are the views in ../views. No keys or indexes (DuckLake takes none):
-- writers use MERGE INTO, and store.check() proves uniqueness.
CREATE SCHEMA IF NOT EXISTS core;

-- What the store notes about itself; 'views' is the fingerprint of the view files that it was last given.
CREATE TABLE core.setting (name VARCHAR, value VARCHAR);

CREATE TABLE core.run (
    run_id VARCHAR, flow VARCHAR, started_at TIMESTAMPTZ, finished_at TIMESTAMPTZ,
    state VARCHAR,               -- running, completed, failed, crashed
    fetched BIGINT, stored BIGINT, unchanged BIGINT, copies BIGINT, skipped BIGINT, failed BIGINT
);

CREATE TABLE core.feed (
    feed_id VARCHAR, url VARCHAR, outlet VARCHAR, title VARCHAR,
    state VARCHAR,               -- new, ok, failing, removed
    last_ok_at TIMESTAMPTZ, last_error VARCHAR, failures INTEGER, next_fetch_at TIMESTAMPTZ,
    etag VARCHAR, last_modified VARCHAR
);

CREATE TABLE core.skipped (run_id VARCHAR, url VARCHAR, reason VARCHAR, detail VARCHAR, failed BOOLEAN);

-- The latest version of each article, with what the cross-check decided about it.
CREATE TABLE core.article (
    article_id VARCHAR, url VARCHAR, outlet VARCHAR, title VARCHAR, author VARCHAR, lang VARCHAR,
    published_at TIMESTAMPTZ, date_source VARCHAR, first_seen_at TIMESTAMPTZ, fetched_at TIMESTAMPTZ,
    text VARCHAR, text_source VARCHAR, words INTEGER, content_hash VARCHAR, revision INTEGER,
    feed_id VARCHAR, entry_hash VARCHAR, source_name VARCHAR, run_id VARCHAR,
    analysed_revision INTEGER,   -- NULL: never analysed; other than revision: to be analysed again
    crosschecked_revision INTEGER,
    copy_of VARCHAR, copy_kind VARCHAR, copy_score DOUBLE, origin_id VARCHAR, origin_reason VARCHAR, story_id VARCHAR
);

-- The feeds' items that led to an article, as last seen: one per feed and article, since feeds that list one page
-- summarise it differently, and none of them may make it be fetched again for nothing.
CREATE TABLE core.entry (feed_id VARCHAR, article_id VARCHAR, entry_hash VARCHAR);

CREATE TABLE core.revision (
    article_id VARCHAR, revision INTEGER, fetched_at TIMESTAMPTZ, title VARCHAR, text VARCHAR,
    content_hash VARCHAR,
    changed VARCHAR              -- first, title, text, title+text
);

CREATE TABLE core.embedding (article_id VARCHAR, model VARCHAR, vector FLOAT[]);

CREATE TABLE core.entity (
    entity_id VARCHAR, name VARCHAR, kind VARCHAR, aliases VARCHAR[], known_by VARCHAR, parent VARCHAR
);

CREATE TABLE core.mention (
    article_id VARCHAR, entity_id VARCHAR, name VARCHAR, kind VARCHAR, known_by VARCHAR,
    quote VARCHAR, start_char INTEGER, end_char INTEGER
);

CREATE TABLE core.figure (
    figure_id VARCHAR, article_id VARCHAR, entity_id VARCHAR, entity VARCHAR, metric VARCHAR, scope VARCHAR,
    value DOUBLE, low DOUBLE, high DOUBLE, step DOUBLE, unit VARCHAR, bound VARCHAR, modality VARCHAR, as_of DATE,
    attributed_to VARCHAR, attributed_id VARCHAR, quote VARCHAR, sentence VARCHAR,
    start_char INTEGER, end_char INTEGER, confidence DOUBLE
);

CREATE TABLE core.claim (
    claim_id VARCHAR, article_id VARCHAR, speaker VARCHAR, speaker_id VARCHAR, verb VARCHAR, kind VARCHAR,
    about_id VARCHAR, about VARCHAR, polarity INTEGER, due_on DATE, sentence VARCHAR, quote VARCHAR,
    start_char INTEGER, end_char INTEGER
);

CREATE TABLE core.sentiment (
    article_id VARCHAR, entity_id VARCHAR, entity VARCHAR, score DOUBLE, label VARCHAR, method VARCHAR,
    evidence VARCHAR, start_char INTEGER, end_char INTEGER
);

CREATE TABLE core.story (story_id VARCHAR, title VARCHAR);

CREATE TABLE core.pair (
    figure_a VARCHAR, figure_b VARCHAR, label VARCHAR, rule VARCHAR, spread DOUBLE, same_origin BOOLEAN
);

CREATE TABLE core.contradiction (
    contradiction_id VARCHAR, kind VARCHAR, entity_id VARCHAR, entity VARCHAR, metric VARCHAR, scope VARCHAR,
    unit VARCHAR, verdict VARCHAR, state VARCHAR, spread DOUBLE, sides INTEGER, origins INTEGER,
    first_seen TIMESTAMPTZ, last_seen TIMESTAMPTZ, explanation VARCHAR
);

CREATE TABLE core.contradiction_side (
    contradiction_id VARCHAR, side INTEGER, value DOUBLE, unit VARCHAR, outlets VARCHAR[], origins VARCHAR[],
    attributed_to VARCHAR[], figure_ids VARCHAR[], claim_ids VARCHAR[], quotes VARCHAR[]
);

-- What happened to a contradiction, and when: new, widened, narrowed, resolved, reopened, dismissed.
CREATE TABLE core.contradiction_event (contradiction_id VARCHAR, event VARCHAR, happened_at TIMESTAMPTZ, detail VARCHAR);

-- A person's decisions; they outlive every recomputation.
CREATE TABLE core.decision (decision_id VARCHAR, kind VARCHAR, subject VARCHAR, value VARCHAR, why VARCHAR, decided_at TIMESTAMPTZ);
