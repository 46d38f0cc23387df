-- Bits hardly compress, and are read and written whole.
ALTER TABLE segment_member_sets ALTER COLUMN members SET STORAGE EXTERNAL;
