using System.Net;
using System.Text;
using OrleansRegistry.Oci;
using OrleansRegistry.Remotes;

namespace OrleansRegistry.Sync.Tests;

/// <summary>A remote whose registry misbehaves as the test wants it.</summary>
public abstract class UpstreamTest : IAsyncLifetime
{
    protected const string Tags = "/v2/team/app/tags/list";
    protected const string OneTag = """{"name":"team/app","tags":["1.0"]}""";

    protected static readonly byte[] Image = Encoding.UTF8.GetBytes(
        $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}","layers":[]}""");

    private readonly List<IAsyncDisposable> _others = [];
    private readonly Guid _id = Guid.NewGuid();

    protected ScriptedUpstream Registry { get; private set; } = null!;

    protected HastyTime Time { get; } = new();

    /// <summary>Names that mean this machine, or what a test adds.</summary>
    protected Dictionary<string, IPAddress[]> Names { get; } = new()
    {
        ["registry.test"] = [IPAddress.Loopback],
        ["other.test"] = [IPAddress.Loopback],
    };

    /// <summary>Its time-outs are longer than any pause.</summary>
    protected RemoteSettings Remote => new()
    {
        Name = "remote",
        Url = Registry.Url,
        UpstreamName = "team/app",
        ConnectTimeout = 600,
        SockConnectTimeout = 600,
        SockReadTimeout = 600,
    };

    protected static Reference Latest => Reference.To(Tag.Parse("latest"));

    protected static Digest ImageDigest => Digest.Sha256(Image);

    public async ValueTask InitializeAsync() => Registry = await ScriptedUpstream.StartAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var other in _others)
            await other.DisposeAsync();
        await Registry.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected async Task<ScriptedUpstream> StartAnotherAsync(
        System.Security.Cryptography.X509Certificates.X509Certificate2? certificate = null)
    {
        var other = await ScriptedUpstream.StartAsync(certificate);
        _others.Add(other);
        return other;
    }

    protected Upstreams Upstreams(string allow = "localhost", string deny = "", TimeProvider? time = null) => new(
        new() { Allow = Entries(allow), Deny = Entries(deny) },
        time ?? Time,
        (host, _) => Task.FromResult(Names.GetValueOrDefault(host) ?? []));

    protected IUpstream Open(
        RemoteSettings? settings = null, RemoteSecrets? secrets = null, string allow = "localhost", string deny = "",
        TimeProvider? time = null) =>
        Upstreams(allow, deny, time).Open(_id, settings ?? Remote, secrets ?? new());

    /// <summary>The entries of a list, as a line of a test table has them.</summary>
    protected static string[] Entries(string list) => list.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);

    protected static async Task<List<string>> TagsOf(IUpstream upstream)
    {
        var tags = new List<string>();
        await foreach (var page in upstream.ListTagsAsync())
            tags.AddRange(page);
        return tags;
    }

    /// <summary>What a request fails with.</summary>
    protected static async Task<UpstreamException> FailureOf(Func<Task> ask, UpstreamFailure failure, string words)
    {
        var exception = await Assert.ThrowsAsync<UpstreamException>(ask);
        Assert.Equal((failure, exception.Message), (exception.Failure, exception.Message));
        Assert.Contains(words, exception.Message, StringComparison.Ordinal);
        return exception;
    }

    protected static Task<UpstreamException> FailureOfTags(IUpstream upstream, UpstreamFailure failure, string words) =>
        FailureOf(() => TagsOf(upstream), failure, words);

    protected static async Task<byte[]> AllOf(Stream? stream)
    {
        Assert.NotNull(stream);
        await using (stream)
        {
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes);
            return bytes.ToArray();
        }
    }
}
