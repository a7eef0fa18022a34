using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests.Signing;

/// <summary>What was signed here passes the policies of real clients, and what was not does not.</summary>
public sealed class ClientPolicyTests(SqliteServer server) : SigningScenario(server)
{
    [Theory]
    [InlineData("rsa4096", "matchExact")]
    [InlineData("ed25519", "matchRepository")]
    [InlineData("nistp256", "matchExact")]
    public async Task Skopeo_pulls_under_a_policy(string kind, string match)
    {
        Needs.Program("skopeo");
        var name = Unique("policy/");
        var (repository, _, _, _) = await ImagesAsync(name);
        var service = await ServiceAsync(kind);
        using var directory = new Folder();
        directory.Write("key.asc", await Http.GetStringAsync($"{service["pulp_href"]}public_key/"));
        directory.Write("policy.json", new JsonObject
        {
            ["default"] = new JsonArray(new JsonObject { ["type"] = "reject" }),
            ["transports"] = new JsonObject
            {
                ["docker"] = new JsonObject
                {
                    [Host] = new JsonArray(new JsonObject
                    {
                        ["type"] = "signedBy",
                        ["keyType"] = "GPGKeys",
                        ["keyPath"] = directory["key.asc"],
                        ["signedIdentity"] = new JsonObject { ["type"] = match },
                    }),
                },
            },
        }.ToJsonString());

        var refused = await Assert.ThrowsAsync<Xunit.Sdk.TrueException>(() => CopyAsync(directory, name, "a"));
        Assert.Contains("signature", refused.Message, StringComparison.Ordinal);
        await SignAsync(repository, service);
        await CopyAsync(directory, name, "a");
        await CopyAsync(directory, name, "i", "--override-arch", "arm64");
        await CopyAsync(directory, name, "i", "--override-arch", "amd64");
    }

    private Task<string> CopyAsync(Folder directory, string name, string tag, params string[] options) => Command.RunAsync(
        "skopeo",
        [
            "--policy", directory["policy.json"], "--override-os", "linux", .. options, "copy", "--src-tls-verify=false",
            $"docker://{Host}/{name}:{tag}", $"dir:{directory[$"copy-{Guid.NewGuid():N}"]}",
        ]);

    private sealed class Folder : IDisposable
    {
        private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("policy-");

        public string this[string file] => Path.Combine(_directory.FullName, file);

        public void Write(string file, string text) => File.WriteAllText(this[file], text);

        public void Dispose() => _directory.Delete(recursive: true);
    }
}
