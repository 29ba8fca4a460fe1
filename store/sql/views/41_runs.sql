CREATE OR REPLACE VIEW runs AS
SELECT run_id, flow, started_at, finished_at, state, fetched, stored, unchanged, copies, skipped, failed FROM core.run;
COMMENT ON VIEW runs IS 'One row per run; fetched = stored + unchanged + copies + skipped + failed.';
COMMENT ON COLUMN runs.run_id IS 'The run.';
COMMENT ON COLUMN runs.flow IS 'ingest, import, digest.';
COMMENT ON COLUMN runs.started_at IS 'When it began.';
COMMENT ON COLUMN runs.finished_at IS 'When it ended, or NULL.';
COMMENT ON COLUMN runs.state IS 'running, completed, failed, crashed.';
COMMENT ON COLUMN runs.fetched IS 'Items seen in the feeds or the file.';
COMMENT ON COLUMN runs.stored IS 'Items stored as new articles or new revisions, copies not counted.';
COMMENT ON COLUMN runs.unchanged IS 'Items that were stored already.';
COMMENT ON COLUMN runs.copies IS 'Items stored and recognised as copies of another article.';
COMMENT ON COLUMN runs.skipped IS 'Items that held nothing to store; see skipped.';
COMMENT ON COLUMN runs.failed IS 'Items whose page could not be fetched; see skipped.';
