using System.Diagnostics;

namespace OrleansRegistry.Signatures.Tests;

/// <summary>The real gpg with a home directory of its own, removed at the end.</summary>
internal sealed class GnuPG : IDisposable
{
    public string Home { get; } = Directory.CreateTempSubdirectory("gpg").FullName;

    /// <summary>Skips the calling test where gpg is not installed. On CI its absence fails.</summary>
    public static GnuPG Start()
    {
        var installed = IsInstalled("gpg");
        if (!installed && Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail("gpg is not installed.");
        Assert.SkipUnless(installed, "gpg is not installed.");
        return new();
    }

    public static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>Runs it and returns what it wrote.</summary>
    public byte[] Run(byte[] input, params string[] arguments)
    {
        var start = new ProcessStartInfo("gpg")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] common = ["--homedir", Home, "--batch", "--yes", "--pinentry-mode", "loopback"];
        string[] passphrase = arguments is ["--passphrase", ..] ? [] : ["--passphrase", ""];
        foreach (var argument in common.Concat(passphrase).Concat(arguments))
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return output.ToArray();
    }

    public void Dispose()
    {
        using (var agent = Process.Start("gpgconf", ["--homedir", Home, "--kill", "gpg-agent"]))
            agent.WaitForExit();
        Directory.Delete(Home, true);
    }
}
