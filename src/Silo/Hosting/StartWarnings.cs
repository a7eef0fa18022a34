using OrleansRegistry.Storage;

namespace OrleansRegistry.Hosting;

/// <summary>What works, and what an operator should rather not leave as it is.</summary>
internal static partial class StartWarnings
{
    private static readonly string[] ConnectionNames = ["--postgres", "--Storage:Postgres"];

    public static void WarnOf(this ILogger logger, Settings settings, DataDirectory data, string[] arguments)
    {
        if (settings.Storage.Postgres is not null && settings.Cluster.AllowUnencrypted)
            logger.LogUnencryptedNodes();
        if (OwnerOnly.RightsOfOthers(data.Root) is not UnixFileMode.None and var rights)
            logger.LogOpenDirectory(data.Root, rights);
        if (settings.Cluster.CertificateKey is { } key
            && (OwnerOnly.RightsOfOthers(key) & UnixFileMode.OtherRead) != UnixFileMode.None)
            logger.LogOpenKey(key);
        foreach (var argument in SecretsAmong(arguments))
            logger.LogShownSecret(argument);
    }

    private static IEnumerable<string> SecretsAmong(string[] arguments)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            var parts = arguments[i].Split('=', 2);
            var value = parts.Length == 2 ? parts[1] : arguments.ElementAtOrDefault(++i) ?? "";
            if (parts[0].Equals("--Access:AdminPassword", StringComparison.OrdinalIgnoreCase)
                || (ConnectionNames.Contains(parts[0], StringComparer.OrdinalIgnoreCase)
                    && value.Contains("Password=", StringComparison.OrdinalIgnoreCase)))
                yield return parts[0];
        }
    }

    [LoggerMessage(
        LogLevel.Warning,
        "Cluster:AllowUnencrypted is on: whoever reaches the port of nodes is taken for one, and can read and change "
        + "everything. Leave it out, and restart all nodes")]
    private static partial void LogUnencryptedNodes(this ILogger logger);

    [LoggerMessage(
        LogLevel.Warning,
        "Other users of this machine have rights on the data directory {Directory}: {Rights}. What the registry keeps in it "
        + "is closed to them, but whoever may write there can put something else in its place: chmod 700 it")]
    private static partial void LogOpenDirectory(this ILogger logger, string directory, UnixFileMode rights);

    [LoggerMessage(
        LogLevel.Warning, "Every user of this machine can read Cluster:CertificateKey {File}, and be a node: chmod 600 it")]
    private static partial void LogOpenKey(this ILogger logger, string file);

    [LoggerMessage(
        LogLevel.Warning,
        "Every user of this machine can read the password in {Argument} on the command line: set it in the environment, or "
        + "in the file of --config")]
    private static partial void LogShownSecret(this ILogger logger, string argument);
}
