namespace OrleansRegistry.Commands;

/// <summary><c>--help</c>: what the executable can be asked to do.</summary>
internal static class HelpCommand
{
    private const string Text = """
        Usage: orleans-registry [settings]                     runs a node until Ctrl-C
               orleans-registry signing-service add NAME …     creates a signing service without sending its secret
               orleans-registry secret-key reset [settings]    forgets what a lost secret.key had encrypted
               orleans-registry cluster-certificate reset [settings]   has nodes prove themselves by a new certificate
               orleans-registry export NAME …                  has a server write repositories into a bundle
               orleans-registry import FILE …                  has a server take a bundle up
               orleans-registry bundle verify FILE …           says whether a bundle is whole, and what is in it
               orleans-registry --help

        Settings: --data DIR, --listen URL, --postgres CONNECTION, --config FILE, and any other as --Section:Key=value,
        in the environment as ORLEANSREGISTRY_Section__Key, or in the file: see docs/operations.md.
        """;

    public static bool IsAsked(string[] arguments) => arguments is ["--help" or "-h" or "help", ..];

    public static int Run()
    {
        Console.WriteLine(Text);
        return 0;
    }
}
