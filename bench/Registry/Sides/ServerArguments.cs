namespace OrleansRegistry.Bench.Sides;

/// <summary>What our server is told in both modes.</summary>
internal static class ServerArguments
{
    // The log level is the peer's, so that neither side is measured by its logging.
    public static string[] Common(TemporaryDirectory directory, int port) =>
    [
        "--data", Path.Combine(directory.Path, "data"),
        "--listen", $"http://127.0.0.1:{port}",
        "--Logging:LogLevel:Default=Error",
    ];
}
