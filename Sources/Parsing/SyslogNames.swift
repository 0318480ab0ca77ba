/// What syslog writes as numbers.
enum SyslogNames {
    /// By the number of a syslog severity (RFC 5424, section 6.2.1).
    static let severities = ["emergency", "alert", "critical", "error", "warn", "notice", "info", "debug"].map { Array($0.utf8) }

    /// By the number of a syslog facility (RFC 5424, section 6.2.1).
    static let facilities = [
        "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "ntp",
        "audit", "alert", "clock", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
    ].map { Array($0.utf8) }
}
