//! Random numbers, and sentences that are all different.

use std::fmt::Write;

const VERBS: &str = "\
    review; document; measure; test; simplify; version; isolate; log; validate; profile; automate; \
    cache; encrypt; monitor; deprecate; refactor; benchmark; trace; audit; restore";

const OBJECTS: &str = "\
    database migrations; public endpoints; retry policies; background jobs; access tokens; \
    feature flags; error messages; build pipelines; message queues; schema changes; connection pools; \
    cache keys; log formats; rate limits; service contracts; test fixtures; release notes; \
    deployment scripts; query plans; audit trails; container images; dependency updates; \
    configuration files; load tests; dashboards; alert thresholds; backup procedures; storage layouts; \
    client libraries; session handling; data exports; search indexes; event streams; timeouts; \
    file uploads; permission checks; batch imports; health checks; incident reports; design documents";

const OCCASIONS: &str = "\
    before a release; after every incident; when traffic grows; under heavy load; in shared code; \
    before merging; when a contract changes; for every new service; in the first week; once a quarter; \
    before adding features; with the owning team; in a staging environment; on every branch; \
    when latency rises; for external clients; across all regions; without downtime; in small steps; \
    with realistic data; at the system boundary; in code review; before the design is final; \
    during the handover; when costs go up; with one clear owner; as part of the change; \
    until the numbers hold; from a clean checkout; on production hardware; before asking for review; \
    when two teams depend on it; after each rollback; with a written plan; for regulated data; \
    in every language we ship; while the change is fresh; before removing the old path; \
    when the error budget is spent; in the same pull request";

const REASONS: &str = "\
    surprises are expensive later; the next reader has less context; silent failures spread; \
    estimates are usually wrong; rework costs more than care; users notice before dashboards do; \
    small changes are easy to undo; nobody remembers the exception; defaults outlive their authors; \
    recovery time is what counts; a fast answer beats a late one; the cheapest fix is the early one";

/// SplitMix64: short, and deterministic on every machine.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }

    pub(super) fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }
}

/// Generates entries that are all different.
pub(super) struct Entries {
    pub(super) random: Random,
    verbs: Vec<&'static str>,
    objects: Vec<&'static str>,
    occasions: Vec<&'static str>,
    reasons: Vec<&'static str>,
    made: usize,
}

impl Entries {
    pub(super) fn new(random: Random) -> Self {
        let words = |list: &'static str| list.split("; ").collect();
        let (verbs, objects, occasions) = (words(VERBS), words(OBJECTS), words(OCCASIONS));
        Entries { random, verbs, objects, occasions, reasons: words(REASONS), made: 0 }
    }

    /// Returns a new verb phrase and an id for it.
    pub(super) fn phrase(&mut self) -> (String, String) {
        let (verbs, objects) = (self.verbs.len(), self.objects.len());
        let total = verbs * objects * self.occasions.len();
        // A prime stride that does not divide the total visits every phrase once.
        let index = (self.made * 7_919) % total;
        let round = self.made / total;
        self.made += 1;
        let (verb, object) = (self.verbs[index % verbs], self.objects[index / verbs % objects]);
        let mut text = format!("{verb} {object} {}", self.occasions[index / verbs / objects]);
        if round > 0 {
            let _ = write!(text, " in area {round}");
        }
        (text, format!("{verb}-{}-{}", object.replace(' ', "-"), self.made))
    }

    /// Returns a reason, as a key of an entry.
    pub(super) fn reason(&mut self) -> String {
        format!("why = \"{}\"", self.reasons[self.random.below(self.reasons.len())])
    }

    /// Returns the keys of an entry with a reason.
    pub(super) fn reasoned(&mut self) -> String {
        format!("text = \"{}\", {}", self.phrase().0, self.reason())
    }

    /// Returns an entry in TOML, sometimes with a label, a reason or an anchor, and its id.
    pub(super) fn entry(&mut self, movable: bool) -> (String, String) {
        let (text, id) = self.phrase();
        let mut keys = format!("text = \"{text}\"");
        if self.random.percent(30) {
            let object = self.objects[self.random.below(self.objects.len())];
            let (first, rest) = object.split_at(1);
            let _ = write!(keys, ", label = \"{}{rest}\"", first.to_uppercase());
        }
        if self.random.percent(75) {
            let _ = write!(keys, ", {}", self.reason());
        }
        if movable && self.random.percent(5) {
            keys.push_str(", band = \"early\"");
        }
        (id, format!("{{ {keys} }}"))
    }
}
