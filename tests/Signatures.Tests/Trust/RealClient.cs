using System.Text.Json;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Signatures.Tests.Trust;

/// <summary>
/// skopeo, and the registry that it takes for whatever registry it is told of: all its requests go to a proxy. One case at a
/// time.
/// </summary>
internal sealed class RealClient : IAsyncDisposable
{
    private const string Attachments = "default-docker:\n  use-sigstore-attachments: true\n";

    private const string SimpleSigning = "application/vnd.dev.cosign.simplesigning.v1+json";

    private readonly Workplace _workplace = new();
    private ScriptedUpstream _registry = null!;

    private RealClient()
    {
    }

    public static async Task<RealClient> StartAsync()
    {
        var client = new RealClient { _registry = await ScriptedUpstream.StartAsync() };
        Directory.CreateDirectory(client._workplace["none.d"]);
        Directory.CreateDirectory(client._workplace["attachments.d"]);
        await File.WriteAllTextAsync(client._workplace["attachments.d/all.yaml"], Attachments);
        foreach (var blob in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "fixtures/blobs")))
            client.Blob(await File.ReadAllBytesAsync(blob));
        client._registry.On("/v2/", Answer.Json("{}", ("X-Registry-Supports-Signatures", "1")));
        return client;
    }

    /// <summary>What it decides, and what it says.</summary>
    public async Task<(string Verdict, string Said)> JudgeAsync(TrustCase one, string program)
    {
        Serve(one);
        await File.WriteAllBytesAsync(_workplace["policy.json"], one.Policy);
        var target = _workplace["image"];
        if (Directory.Exists(target))
            Directory.Delete(target, recursive: true);
        var (exitCode, _, error) = await Command.TryAsync(
            "env",
            $"HOME={_workplace["home"]}", $"HTTP_PROXY={_registry.Url}", $"HTTPS_PROXY={_registry.Url}", "NO_PROXY=",
            program, "--policy", _workplace["policy.json"],
            "--registries.d", _workplace[one.AsksForAttached ? "attachments.d" : "none.d"],
            "--override-os", "linux", "--override-arch", "amd64",
            "copy", "--quiet", "--remove-signatures", "--src-tls-verify=false", $"docker://{one.Reference}", $"dir:{target}");
        var verdict = exitCode == 0 ? TrustCase.Allowed
            : error.Contains("Source image rejected: ", StringComparison.Ordinal) ? TrustCase.Refused
            : error.Contains("Error loading trust policy: ", StringComparison.Ordinal) ? TrustCase.Invalid
            : "no verdict";
        return (verdict, error);
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        _workplace.Dispose();
    }

    private void Serve(TrustCase one)
    {
        Assert.True(ImageReference.TryParse(one.Reference, out var reference));
        var path = reference.Name[(reference.Name.IndexOf('/', StringComparison.Ordinal) + 1)..];
        var pulled = reference.WithDefaultTag();
        Manifest(path, pulled.Tag ?? pulled.Digest!, one.Manifest);
        Manifest(path, Fixtures.DigestOf(one.Instance).ToString(), one.Instance);
        foreach (var blob in _blobs)
            _registry.On($"/v2/{path}/blobs/{Digest.Sha256(blob)}", Answer.Bytes(blob, "application/octet-stream"));
        var digest = Fixtures.DigestOf(one.Instance);
        _registry.On(
            $"/extensions/v2/{path}/signatures/{digest}",
            Answer.Json(JsonSerializer.Serialize(new
            {
                signatures = one.Signatures.Select((signature, number) => new
                {
                    schemaVersion = 2,
                    name = $"{digest}@{number:x32}",
                    type = "atomic",
                    content = signature.Blob,
                }),
            })));
        if (one.AsksForAttached)
            Attach(path, $"sha256-{digest.Hex}.sig", one.Attached);
    }

    private readonly List<byte[]> _blobs = [];

    private void Blob(byte[] bytes) => _blobs.Add(bytes);

    private void Manifest(string path, string reference, string file)
    {
        var bytes = Fixtures.Read(file);
        var type = JsonDocument.Parse(bytes).RootElement.TryGetProperty("mediaType", out var named)
            ? named.GetString()!
            : file.Contains("schema1", StringComparison.Ordinal)
                ? "application/vnd.docker.distribution.manifest.v1+prettyjws"
                : file.Contains("index", StringComparison.Ordinal) ? MediaTypes.OciIndex : MediaTypes.OciManifest;
        _registry.On($"/v2/{path}/manifests/{reference}", Answer.Bytes(bytes, type));
    }

    private void Attach(string path, string tag, IReadOnlyList<GeneratedAttachment> attached)
    {
        if (attached.Count == 0)
        {
            _registry.On($"/v2/{path}/manifests/{tag}", Answer.Status(404));
            return;
        }

        var config = "{}"u8.ToArray();
        var manifest = new
        {
            schemaVersion = 2,
            mediaType = MediaTypes.OciManifest,
            config = new { mediaType = MediaTypes.OciConfig, digest = Digest.Sha256(config).ToString(), size = config.Length },
            layers = attached.Select(one => new
            {
                mediaType = SimpleSigning,
                digest = Digest.Sha256(one.Payload).ToString(),
                size = one.Payload.Length,
                annotations = new Dictionary<string, string>
                {
                    ["dev.cosignproject.cosign/signature"] = Convert.ToBase64String(one.Value),
                },
            }),
        };
        foreach (var blob in attached.Select(one => one.Payload).Append(config))
            _registry.On($"/v2/{path}/blobs/{Digest.Sha256(blob)}", Answer.Bytes(blob, "application/octet-stream"));
        _registry.On(
            $"/v2/{path}/manifests/{tag}", Answer.Bytes(JsonSerializer.SerializeToUtf8Bytes(manifest), MediaTypes.OciManifest));
    }
}
