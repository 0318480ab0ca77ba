import Testing

/// Tests of the collector and the commands as processes.
///
/// They block the thread on which they run while they wait, and the tests of other modules, which await, share two such
/// threads with them on a small machine: so these run one at a time.
@Suite(.serialized) enum EndToEnd {}
