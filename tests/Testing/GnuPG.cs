using System.Diagnostics;
using System.Text;

namespace OrleansRegistry.Testing;

/// <summary>The real gpg with a home directory of its own, removed at the end.</summary>
public sealed class GnuPG : IDisposable
{
    private GnuPG()
    {
    }

    public string Home { get; } = Directory.CreateTempSubdirectory("gpg").FullName;

    /// <summary>Skips the calling test where gpg is not installed.</summary>
    public static GnuPG Start()
    {
        Needs.Program("gpg");
        return new();
    }

    /// <summary>Runs it and returns what it wrote.</summary>
    public string Run(params string[] arguments) => Encoding.UTF8.GetString(Run([], arguments));

    /// <summary>Runs it on that input and returns what it wrote.</summary>
    public byte[] Run(byte[] input, params string[] arguments)
    {
        string[] passphrase = arguments is ["--passphrase", ..] ? [] : ["--passphrase", ""];
        using var process = Process.Start(new ProcessStartInfo(
            "gpg", ["--homedir", Home, "--batch", "--yes", "--pinentry-mode", "loopback", .. passphrase, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
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
