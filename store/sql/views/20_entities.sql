CREATE OR REPLACE VIEW entities AS
SELECT entity_id, name, kind, aliases, known_by FROM core.entity;
COMMENT ON VIEW entities IS 'One row per known entity that at least one article names.';
COMMENT ON COLUMN entities.entity_id IS 'Stable id, readable: glm-5.2, anthropic.';
COMMENT ON COLUMN entities.name IS 'Its usual name.';
COMMENT ON COLUMN entities.kind IS 'company, lab, product, model, benchmark, person, place, organisation, publication, other.';
COMMENT ON COLUMN entities.aliases IS 'Other names it goes by.';
COMMENT ON COLUMN entities.known_by IS 'pack (a data file), model (found in a text), user (a person''s decision).';
