-- What is remembered between visits to feeds, so that crosswire stays polite towards servers that fail, move or ask for
-- rest, and what was wrong with an article's source.
ALTER TABLE core.feed ADD COLUMN backoff_until TIMESTAMPTZ;   -- the schedule leaves a failing feed alone until then
ALTER TABLE core.feed ADD COLUMN validators_url VARCHAR;      -- the address that gave etag and last_modified
ALTER TABLE core.feed ADD COLUMN fetch_url VARCHAR;           -- the address to ask instead of url: an adopted 301/308
ALTER TABLE core.feed ADD COLUMN moved_to VARCHAR;            -- where permanent redirects lead to now
ALTER TABLE core.feed ADD COLUMN moved_since DATE;            -- the first and the last of the consecutive days on
ALTER TABLE core.feed ADD COLUMN moved_seen DATE;             -- which they led there
UPDATE core.feed SET validators_url = url, fetch_url = '', moved_to = '';

ALTER TABLE core.article ADD COLUMN flags VARCHAR[];          -- replaced_bytes, impossible_date; NULL: none

-- Items whose page could not be had, or held no article, by the feed's entry as it stood then.
CREATE TABLE core.attempt (
    feed_id VARCHAR, entry_hash VARCHAR, url VARCHAR, reason VARCHAR,
    passing BOOLEAN,             -- another try may go better
    tries INTEGER, last_at TIMESTAMPTZ
);

-- Hosts (name:port) that asked for a rest by Retry-After.
CREATE TABLE core.host_rest (host VARCHAR, until TIMESTAMPTZ);
