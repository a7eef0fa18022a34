using System.Formats.Tar;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrleansRegistry.Management.Tests.Signing;

namespace OrleansRegistry.Management.Tests.Sync;

/// <summary>Upstreams as they are: the peer with a plain file server beside it, and this registry itself.</summary>
public sealed class RealUpstreamTests(SqliteServer server, PostgresServer other) : SigningScenario(server)
{
    [Fact]
    public async Task What_one_of_these_registries_signed_another_copies_and_clients_pull_under_a_policy()
    {
        Needs.Program("skopeo");
        var name = Unique("origin/");
        await Push.ImageAsync(other.Http, name, "signed", $"{name}a");
        await Push.ImageAsync(other.Http, name, "unsigned", $"{name}b");
        var key = await SignThereAsync(name, "signed");
        var copy = await CopyAsync(name, key);

        using var place = new Place();
        place.Write("key.asc", key);
        await PullAsync(place, copy, "signed", Remap(copy, name));
        var refused = await Assert.ThrowsAsync<Xunit.Sdk.TrueException>(
            () => PullAsync(place, copy, "signed", new JsonObject { ["type"] = "matchRepository" }));
        Assert.Contains("identity", refused.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task podman_pulls_from_the_copy_what_was_signed_as_the_origins()
    {
        Needs.Program("podman");
        using var place = new Place();
        place.Write("content/readme.txt", "Signed at the origin.\n");
        await TarFile.CreateFromDirectoryAsync(place["content"], place["layer.tar"], includeBaseDirectory: false);
        var name = Unique("origin/");
        var origin = $"{There}/{name}";
        await PodmanAsync(place, "import", place["layer.tar"], $"{origin}:signed");
        await PodmanAsync(place, "push", "--tls-verify=false", $"{origin}:signed");
        await PodmanAsync(place, "tag", $"{origin}:signed", $"{origin}:unsigned");
        await PodmanAsync(place, "push", "--tls-verify=false", "--format", "v2s2", $"{origin}:unsigned");
        await PodmanAsync(place, "rmi", "--force", $"{origin}:signed");
        var key = await SignThereAsync(name, "signed");
        var copy = await CopyAsync(name, key);

        place.Write("key.asc", key);
        WritePolicy(place, new JsonObject { ["type"] = "matchRepository" });
        var refused = await Assert.ThrowsAsync<Xunit.Sdk.TrueException>(PullAsync);
        Assert.Contains("identity", refused.Message, StringComparison.OrdinalIgnoreCase);
        WritePolicy(place, Remap(copy, name));
        await PullAsync();
        Assert.Contains(
            $"{Host}/{copy}:signed", await PodmanAsync(place, "images", "--format", "{{.Repository}}:{{.Tag}}"), StringComparison.Ordinal);

        Task<string> PullAsync() => PodmanAsync(
            place, "pull", "--tls-verify=false", "--signature-policy", place["policy.json"], $"{Host}/{copy}:signed");
    }

    [Fact]
    public async Task What_skopeo_signed_beside_the_peer_comes_from_a_plain_file_server()
    {
        Needs.Program("skopeo");
        Needs.Program("docker-registry");
        using var gpg = GnuPG.Start();
        gpg.Run("--quick-gen-key", "signer@example.org", "ed25519", "sign", "never");
        using var place = new Place();
        await using var peer = await Peer.StartAsync(place);
        await using var files = await FileServer.StartAsync(place["sigs"]);
        place.Write("registries.d/default.yaml", $"docker:\n  {peer.Authority}:\n    sigstore-staging: file://{place["sigs"]}\n");
        var source = Unique("source/");
        await Push.ImageAsync(Http, source, "signed", source);
        await Push.ImageAsync(Http, source, "unsigned", $"{source}b");
        await PushAsync("signed", "--sign-by", "signer@example.org");
        await PushAsync("unsigned");

        var remote = await RemoteAsync($"http://{peer.Authority}", "team/app", ("sigstore", files.Url));
        var repository = (string)(await RepositoryAsync())["pulp_href"]!;
        await Pulp.CallAsync(Repositories + "sync", repository, Body(("remote", remote), ("signed_only", true)));
        Assert.Equal(["signed"], await TagsAsync(repository));
        var copy = await ServeAsync(repository);
        place.Write("key.asc", gpg.Run("--armor", "--export", "signer@example.org"));
        await PullAsync(place, copy, "signed", new JsonObject
        {
            ["type"] = "exactRepository",
            ["dockerRepository"] = $"{peer.Authority}/team/app",
        });

        Task PushAsync(string tag, params string[] options) => Command.RunAsync(
            "env",
            [
                $"GNUPGHOME={gpg.Home}", "skopeo", "--insecure-policy", "--registries.d", place["registries.d"], "copy", .. options,
                "--src-tls-verify=false", "--dest-tls-verify=false", "--preserve-digests",
                $"docker://{Host}/{source}:{tag}", $"docker://{peer.Authority}/team/app:{tag}",
            ]);
    }

    private string There => other.Http.BaseAddress!.Authority;

    /// <summary>The other registry signs a tag, by a key of its own. The answer is the certificate.</summary>
    private async Task<string> SignThereAsync(string name, string tag)
    {
        var service = await other.Pulp.CallAsync(
            "signing_services_create", body: new() { ["name"] = Unique("key"), ["kind"] = "openpgp", ["generate"] = "ed25519" });
        var repository = (string)Assert.Single(
            await other.Pulp.ListAsync(Repositories + "list", null, ("name", name)))["pulp_href"]!;
        await other.Pulp.CallAsync(Sign, repository, new()
        {
            ["manifest_signing_service"] = (string)service["pulp_href"]!,
            ["tags_list"] = Array(tag),
        });
        return await other.Http.GetStringAsync($"{service["pulp_href"]}public_key/");
    }

    /// <summary>Copies what that key signed in the other registry. The answer is the name of the copy.</summary>
    private async Task<string> CopyAsync(string name, string key)
    {
        var remote = await RemoteAsync(other.Http.BaseAddress!.ToString(), name, ("trusted_keys", Array(key)));
        var repository = (string)(await RepositoryAsync())["pulp_href"]!;
        await Pulp.CallAsync(Repositories + "sync", repository, Body(("remote", remote), ("signed_only", true)));
        Assert.Equal(["signed"], await TagsAsync(repository));
        return await ServeAsync(repository);
    }

    private JsonObject Remap(string copy, string origin) => new()
    {
        ["type"] = "remapIdentity",
        ["prefix"] = $"{Host}/{copy}",
        ["signedPrefix"] = $"{There}/{origin}",
    };

    private async Task<string> RemoteAsync(string url, string name, params (string Name, JsonNode? Value)[] more) =>
        (string)(await Pulp.CallAsync(Remotes + "create", body: Body(
            [("name", Unique("remote")), ("url", url), ("upstream_name", name), .. more])))["pulp_href"]!;

    private async Task<string> ServeAsync(string repository)
    {
        var name = Unique("copy/");
        await Pulp.CreateAsync(
            Distributions, Body(("name", name), ("base_path", name), ("repository", repository)), DistributionPath);
        return name;
    }

    private static void WritePolicy(Place place, JsonObject identity) =>
        place.Write("policy.json", new JsonObject
        {
            ["default"] = new JsonArray(new JsonObject
            {
                ["type"] = "signedBy",
                ["keyType"] = "GPGKeys",
                ["keyPath"] = place["key.asc"],
                ["signedIdentity"] = identity,
            }),
        }.ToJsonString());

    private Task<string> PullAsync(Place place, string name, string tag, JsonObject identity)
    {
        WritePolicy(place, identity);
        return Command.RunAsync(
            "skopeo", "--policy", place["policy.json"], "copy", "--src-tls-verify=false", $"docker://{Host}/{name}:{tag}",
            $"dir:{place[Guid.NewGuid().ToString("N")]}");
    }

    // With storage of its own, and nothing that a container forbids.
    private static Task<string> PodmanAsync(Place place, params IEnumerable<string> arguments) => Command.RunAsync(
        "podman",
        [
            "--root", place["root"], "--runroot", place["run"], "--tmpdir", place["tmp"], "--storage-driver", "vfs",
            "--events-backend", "file", "--cgroup-manager", "cgroupfs", .. arguments,
        ]);

    private sealed class Place : IDisposable
    {
        private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("upstream-");

        public string this[string file] => Path.Combine(_directory.FullName, file);

        public void Write(string file, string text)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(this[file])!);
            File.WriteAllText(this[file], text);
        }

        public void Dispose() => _directory.Delete(recursive: true);
    }

    /// <summary>Debian's docker-registry.</summary>
    private sealed class Peer(System.Diagnostics.Process process, string authority) : IAsyncDisposable
    {
        public string Authority => authority;

        public static async Task<Peer> StartAsync(Place place)
        {
            using (var free = new TcpListener(IPAddress.Loopback, 0))
            {
                free.Start();
                var authority = free.LocalEndpoint.ToString()!;
                free.Stop();
                place.Write("peer.yml", $$$"""
                    version: 0.1
                    log: {level: error, accesslog: {disabled: true} }
                    storage: {filesystem: {rootdirectory: {{{place["peer"]}}} } }
                    http: {addr: {{{authority}}} }
                    """);
                var process = System.Diagnostics.Process.Start("docker-registry", ["serve", place["peer.yml"]]);
                using var http = new HttpClient();
                await Eventually.TrueAsync(
                    async () =>
                    {
                        try
                        {
                            return (await http.GetAsync($"http://{authority}/v2/")).IsSuccessStatusCode;
                        }
                        catch (HttpRequestException)
                        {
                            return false;
                        }
                    },
                    "the peer answers");
                return new(process, authority);
            }
        }

        public async ValueTask DisposeAsync()
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    /// <summary>Files of a directory, and nothing else.</summary>
    private sealed class FileServer(WebApplication app) : IAsyncDisposable
    {
        public string Url => app.Urls.First();

        public static async Task<FileServer> StartAsync(string directory)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            app.Run(context =>
            {
                var file = Path.Combine(directory, context.Request.Path.Value!.TrimStart('/'));
                if (File.Exists(file))
                    return context.Response.SendFileAsync(file);
                context.Response.StatusCode = 404;
                return Task.CompletedTask;
            });
            await app.StartAsync();
            return new(app);
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
