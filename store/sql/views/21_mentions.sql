CREATE OR REPLACE VIEW mentions AS
SELECT article_id, entity_id, name, kind, quote, start_char, end_char FROM core.mention;
COMMENT ON VIEW mentions IS 'One row per place where an article names an entity.';
COMMENT ON COLUMN mentions.article_id IS 'The article.';
COMMENT ON COLUMN mentions.entity_id IS 'The entity that is meant.';
COMMENT ON COLUMN mentions.name IS 'The entity''s usual name.';
COMMENT ON COLUMN mentions.kind IS 'The entity''s kind.';
COMMENT ON COLUMN mentions.quote IS 'The words in the text.';
COMMENT ON COLUMN mentions.start_char IS 'First character, 0-based.';
COMMENT ON COLUMN mentions.end_char IS 'One past the last character.';
