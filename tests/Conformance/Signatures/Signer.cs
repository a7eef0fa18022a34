namespace OrleansRegistry.Conformance;

/// <summary>Somebody with a key of their own in a keyring of their own, and clients that use it.</summary>
internal sealed class Signer : IAsyncDisposable
{
    public const string Identity = "release@example.com";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("signer-");

    private Signer()
    {
        _directory.CreateSubdirectory("registries.d");
    }

    public string PublicKey => Path.Combine(_directory.FullName, "public.gpg");

    public static async Task<Signer> CreateAsync()
    {
        Needs.Program("gpg");
        var signer = new Signer();
        await signer.RunAsync("gpg", "--batch", "--passphrase", "", "--quick-generate-key", Identity, "ed25519", "sign", "never");
        await signer.RunAsync("gpg", "--batch", "--output", signer.PublicKey, "--export", Identity);
        return signer;
    }

    public async Task<string> RunAsync(string program, params IEnumerable<string> arguments)
    {
        var (exitCode, output, error) = await TryAsync(program, arguments);
        Assert.True(exitCode == 0, $"{program} {string.Join(' ', arguments)}\nended with {exitCode}.\n{output}{error}");
        return output;
    }

    public Task<(int ExitCode, string Output, string Error)> TryAsync(string program, params IEnumerable<string> arguments) =>
        Command.TryAsync("env", [$"GNUPGHOME={_directory.FullName}", program, .. arguments]);

    /// <summary>podman with storage of its own, and nothing that a container forbids.</summary>
    public Task<(int ExitCode, string Output, string Error)> TryPodmanAsync(params IEnumerable<string> arguments) => TryAsync(
        "podman",
        [
            "--root", Below("root"), "--runroot", Below("run"), "--tmpdir", Below("tmp"), "--storage-driver", "vfs",
            "--events-backend", "file", "--cgroup-manager", "cgroupfs", .. arguments,
        ]);

    /// <summary>A copy by somebody who accepts anything.</summary>
    public Task<string> CopyAsync(string from, string to, params IEnumerable<string> options) => RunAsync(
        "skopeo",
        [
            "--insecure-policy", "--registries.d", Below("registries.d"), "copy", .. options,
            "--src-tls-verify=false", "--dest-tls-verify=false", from, to,
        ]);

    public Task<string> CopySignedAsync(string from, string to, params IEnumerable<string> options) =>
        CopyAsync(from, to, ["--sign-by", Identity, .. options]);

    /// <summary>A pull by somebody who accepts only what this key signed as being of that repository.</summary>
    public Task<(int ExitCode, string Output, string Error)> TryPullAsync(
        TestRepository signedIn, string image, params IEnumerable<string> options) => TryAsync(
        "skopeo",
        [
            "--policy", WritePolicy(signedIn), "--registries.d", Below("registries.d"), "copy", .. options,
            "--src-tls-verify=false", image, $"dir:{Below(Guid.NewGuid().ToString("N"))}",
        ]);

    public async Task PullAsync(TestRepository signedIn, string image, params IEnumerable<string> options)
    {
        var (exitCode, output, error) = await TryPullAsync(signedIn, image, options);
        Assert.True(exitCode == 0, output + error);
    }

    public async Task RefusesToPullAsync(TestRepository signedIn, string image, params IEnumerable<string> options)
    {
        var (exitCode, _, error) = await TryPullAsync(signedIn, image, options);
        Assert.NotEqual(0, exitCode);
        Assert.Contains("signature", error, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Tells the client where that registry keeps signatures, should it not do so itself.</summary>
    public void UseLookaside(string registry, string lookaside) => File.WriteAllText(
        Path.Combine(Below("registries.d"), "registry.yaml"),
        $"""
        docker:
          {registry}:
            lookaside: {lookaside}
            sigstore: {lookaside}
        """);

    /// <summary>A policy that accepts only what this key signed as being of that repository.</summary>
    public string WritePolicy(TestRepository signedIn)
    {
        var file = Below("policy.json");
        File.WriteAllText(
            file,
            $$$"""
            {"default":[{"type":"reject"}],"transports":{"docker":{"":[{"type":"signedBy","keyType":"GPGKeys",
            "keyPath":"{{{PublicKey}}}","signedIdentity":{"type":"exactRepository",
            "dockerRepository":"{{{signedIn.Client.Authority}}}/{{{signedIn.Name}}}"
            }}]}}
            }
            """);
        return file;
    }

    public string Below(string name) => Path.Combine(_directory.FullName, name);

    public async ValueTask DisposeAsync()
    {
        await TryAsync("gpgconf", "--kill", "all");
        _directory.Delete(recursive: true);
    }
}
