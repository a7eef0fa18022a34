using OrleansRegistry.Hosting;
using OrleansRegistry.Storage;

namespace OrleansRegistry.Commands;

/// <summary>
/// <c>cluster-certificate reset</c>: when the key between nodes may be known to others. Forgets it, so that the next start
/// makes another.
/// </summary>
internal static class ClusterCertificateCommand
{
    private const string Usage = "Usage: cluster-certificate reset [settings]";

    public static Task<int> RunAsync(string[] arguments) => arguments is ["reset", .. var settings]
        ? Offline.RunAsync(Settings.Read(settings), async (database, data) =>
        {
            await new ClusterCertificate(database, new(data)).ForgetAsync();
            Console.WriteLine(
                "Forgotten: the certificate that nodes know each other by. The next node that starts makes another; nodes "
                + "that still run with the old one are no longer met.");
            return 0;
        })
        : throw new SettingException(Usage);
}
