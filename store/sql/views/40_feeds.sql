CREATE OR REPLACE VIEW feeds AS
SELECT f.feed_id, f.url, f.outlet, f.title, f.state, f.last_ok_at, f.last_error, f.failures,
       greatest(f.next_fetch_at, f.backoff_until) AS next_fetch_at,
       (SELECT count(*) FROM core.article a WHERE a.feed_id = f.feed_id) AS articles
FROM core.feed f;
COMMENT ON VIEW feeds IS 'One row per configured feed, with its health.';
COMMENT ON COLUMN feeds.feed_id IS 'Derived from the feed''s URL.';
COMMENT ON COLUMN feeds.url IS 'The feed''s URL.';
COMMENT ON COLUMN feeds.outlet IS 'The outlet, as the feeds file names it.';
COMMENT ON COLUMN feeds.title IS 'The title that the feed gives itself.';
COMMENT ON COLUMN feeds.state IS 'new, ok, failing, gone (the server said so: 410), removed (no longer in the feeds file).';
COMMENT ON COLUMN feeds.last_ok_at IS 'When it was last read without an error.';
COMMENT ON COLUMN feeds.last_error IS 'Code and message of the last failure; NULL after a success.';
COMMENT ON COLUMN feeds.failures IS 'Failures in a row.';
COMMENT ON COLUMN feeds.next_fetch_at IS 'The schedule does not ask it before this time: the server wants rest, or it backs off after failures. Or NULL.';
COMMENT ON COLUMN feeds.articles IS 'Stored articles that came from it.';
