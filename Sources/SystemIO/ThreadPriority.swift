import Glibc

/// The priority of threads.
public enum ThreadPriority {
    /// Lets all others go first on the processor: this thread gets what they leave. On Linux a nice value is that of a thread.
    public static func lower() {
        // That it cannot be done is no reason not to do the work.
        _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19)
    }
}
