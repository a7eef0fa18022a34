using System.Diagnostics;

namespace OrleansRegistry.Management.Tests.Signing;

/// <summary>The real gpg with a home directory of its own, removed at the end. The calling test is skipped without it.</summary>
internal sealed class GnuPG : IDisposable
{
    public string Home { get; } = Directory.CreateTempSubdirectory("gpg").FullName;

    public static GnuPG Start()
    {
        Assert.SkipUnless(IsInstalled("gpg"), "gpg is not installed.");
        return new();
    }

    public static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>Runs it and returns what it wrote.</summary>
    public string Run(params string[] arguments)
    {
        string[] passphrase = arguments is ["--passphrase", ..] ? [] : ["--passphrase", ""];
        return Call("gpg", ["--homedir", Home, "--batch", "--yes", "--pinentry-mode", "loopback", .. passphrase, .. arguments]);
    }

    public static string Call(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return output;
    }

    public void Dispose()
    {
        using (var agent = Process.Start("gpgconf", ["--homedir", Home, "--kill", "gpg-agent"]))
            agent.WaitForExit();
        Directory.Delete(Home, true);
    }
}
