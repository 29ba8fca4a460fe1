CREATE OR REPLACE VIEW articles AS
SELECT article_id, url, title, outlet, author, lang, published_at, date_source, fetched_at, words, story_id, copy_of,
       origin_id, revision, text
FROM core.article;
COMMENT ON VIEW articles IS 'One row per stored article, in its latest revision.';
COMMENT ON COLUMN articles.article_id IS 'Derived from the canonical URL; the same in every run.';
COMMENT ON COLUMN articles.url IS 'The canonical URL.';
COMMENT ON COLUMN articles.title IS 'The headline, without the site''s name.';
COMMENT ON COLUMN articles.outlet IS 'The outlet that published it, as the feeds file names it.';
COMMENT ON COLUMN articles.author IS 'The by-line, or empty.';
COMMENT ON COLUMN articles.lang IS 'ISO 639-1 code of the text''s language, or empty.';
COMMENT ON COLUMN articles.published_at IS 'When it was published (UTC); see date_source for how that is known.';
COMMENT ON COLUMN articles.date_source IS 'feed, page, text, import, or first_seen: the time of first sight stands in for an unknown date.';
COMMENT ON COLUMN articles.fetched_at IS 'When this revision was fetched.';
COMMENT ON COLUMN articles.words IS 'Number of words in the text.';
COMMENT ON COLUMN articles.story_id IS 'The story (event) it belongs to.';
COMMENT ON COLUMN articles.copy_of IS 'The article it is a copy of, or NULL.';
COMMENT ON COLUMN articles.origin_id IS 'The independent source that it counts for.';
COMMENT ON COLUMN articles.revision IS '1 for the first stored text, one more for every change.';
COMMENT ON COLUMN articles.text IS 'The article''s text; every offset of every finding points into it.';
