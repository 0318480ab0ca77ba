import Glibc

/// How many files and sockets this process may have open.
public enum OpenFileLimit {
    /// Raises the limit to the highest that the system allows. The usual default of 1,024 is there for programs that
    /// use `select`, which this one does not. Where it cannot be raised it stays.
    public static func raise() {
        var limit = rlimit()
        guard unsafe getrlimit(resource, &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        unsafe setrlimit(resource, &limit)
    }

    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
}
