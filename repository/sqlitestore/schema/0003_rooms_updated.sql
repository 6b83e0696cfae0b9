-- The sweeps of streams look for rooms that were changed lately.
CREATE INDEX rooms_updated ON rooms (updated_at);
