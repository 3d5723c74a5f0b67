import Testing

/// Officer, daemon, other companies and auditor: the real programs on a temporary folder. One test at a time, since each
/// of them runs several programs.
@Suite(.serialized, .timeLimit(.minutes(5))) struct EndToEnd {}
