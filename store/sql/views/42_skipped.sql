CREATE OR REPLACE VIEW skipped AS
SELECT run_id, url, reason, detail FROM core.skipped;
COMMENT ON VIEW skipped IS 'One row per item that was not stored.';
COMMENT ON COLUMN skipped.run_id IS 'The run that met it.';
COMMENT ON COLUMN skipped.url IS 'The item''s URL.';
COMMENT ON COLUMN skipped.reason IS 'A stable code.';
COMMENT ON COLUMN skipped.detail IS 'One line for a person.';
