using OrleansRegistry.Hosting;
using OrleansRegistry.Storage;

namespace OrleansRegistry.Commands;

/// <summary>
/// <c>secret-key reset</c>: for a lost <c>secret.key</c>. Forgets what nobody can read any more, so that nodes start
/// again with a new one.
/// </summary>
internal static class SecretKeyCommand
{
    private const string Usage = "Usage: secret-key reset [settings]";

    public static Task<int> RunAsync(string[] arguments) => arguments is ["reset", .. var settings]
        ? Offline.RunAsync(Settings.Read(settings), async (database, data) =>
        {
            await new SecretKeyCheck(database, new(data)).ForgetAsync();
            Console.WriteLine(
                "Forgotten: the passwords and keys of remotes, the keys of signing services, the key of tokens, the "
                + $"certificate between nodes. The next start takes the key in {data.Root}, or makes one.");
            return 0;
        })
        : throw new SettingException(Usage);
}
