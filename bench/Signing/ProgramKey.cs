using System.Diagnostics;

namespace OrleansRegistry.Bench.Signing;

/// <summary>A key in a home of gpg's, and a script that signs by it in the way of Pulp.</summary>
internal sealed class ProgramKey : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("gpg").FullName;

    public ProgramKey(string scripts)
    {
        Run("gpg", "--homedir", _home, "--batch", "--pinentry-mode", "loopback", "--passphrase", "",
            "--quick-gen-key", "Bench <bench@example.invalid>", "rsa4096", "sign", "never");
        PublicKey = Run("gpg", "--homedir", _home, "--batch", "--armor", "--export");
        Script = Path.Combine(scripts, "sign.sh");
        File.WriteAllText(
            Script,
            $$$"""
            #!/bin/sh
            digest=$(sha256sum "$1" | cut -d' ' -f1)
            printf '{"critical":{"identity":{"docker-reference":"%s"},"image":{"docker-manifest-digest":"sha256:%s"},"type":"atomic container signature"},"optional":{}}' \
              "$REFERENCE" "$digest" | gpg --homedir "{{{_home}}}" --batch --yes --quiet --output "$SIG_PATH" --sign
            echo "{\"signature_path\": \"$SIG_PATH\"}"

            """);
        Run("chmod", "700", Script);
    }

    public string Script { get; }

    public string PublicKey { get; }

    /// <summary>How long skopeo takes for that many signatures, one after the other; null where it is not installed.</summary>
    public TimeSpan? Skopeo(int times)
    {
        try
        {
            var fingerprint = Run("gpg", "--homedir", _home, "--batch", "--with-colons", "--list-keys")
                .Split('\n').First(line => line.StartsWith("fpr", StringComparison.Ordinal)).Split(':')[9];
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < times; i++)
                Run("skopeo", "standalone-sign", Script, "example.com/app:1", fingerprint, "-o", Path.Combine(_home, "sig"));
            return Stopwatch.GetElapsedTime(started);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    public void Dispose()
    {
        Run("gpgconf", "--homedir", _home, "--kill", "gpg-agent");
        Directory.Delete(_home, recursive: true);
    }

    private string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["GNUPGHOME"] = _home;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new BenchmarkException($"{program}: {errors.Result}");
    }
}
