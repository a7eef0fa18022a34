namespace OrleansRegistry.Conformance;

/// <summary>Settings that are wrong stop the start, and the operator reads why.</summary>
public sealed class SettingsTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("settings-");

    [Theory]
    [InlineData("--Storage:DataDirectroy=x", "DataDirectroy")]
    [InlineData("--Uploads:Idle=1", "Idle")]
    [InlineData("--Cluster:Port=1", "Port")]
    [InlineData("--Nonsense:Key=1", "Nonsense")]
    [InlineData("--nonsense=1", "--nonsense")]
    [InlineData("nonsense", "nonsense")]
    [InlineData("--listen", "--listen")]
    [InlineData("--config=/nowhere.json", "/nowhere.json")]
    [InlineData("--Uploads:IdleTimeout=soon", "IdleTimeout")]
    [InlineData("--Uploads:IdleTimeout=00:00:01", "IdleTimeout")]
    [InlineData("--Cluster:SiloPort=99999", "SiloPort")]
    [InlineData("--Cluster:ClusterId=", "ClusterId")]
    [InlineData("--Cluster:GatewayPort=30000", "GatewayPort")]
    [InlineData("--Cluster:Certificate=node.pem", "CertificateKey")]
    [InlineData("--Storage:DataDirectory=", "DataDirectory")]
    [InlineData("--listen=nonsense", "Listen:Url")]
    [InlineData("--listen=https://127.0.0.1:1", "Listen:Certificate")]
    [InlineData("--Listen:Certificate=node.pem", "Listen:CertificateKey")]
    [InlineData("--Listen:AccessLog=loud", "AccessLog")]
    [InlineData("--Listen:DrainTime=1.00:00:00", "DrainTime")]
    [InlineData("--listen=http://127.0.0.1:1#;http://0.0.0.0:2", "Listen:Url")]
    [InlineData("--listen=http://user@127.0.0.1:1", "Listen:Url")]
    [InlineData("--Listen:PublicUrl=registry.example.com", "PublicUrl")]
    [InlineData("--Listen:PublicUrl=https://registry.example.com/path", "PublicUrl")]
    [InlineData("--Listen:TrustedProxies=proxy.example.com", "TrustedProxies")]
    [InlineData("--Listen:TrustedProxies=10.0.0.0/33", "TrustedProxies")]
    [InlineData("--Outgoing:Allow:0=registry.example.com:5000", "Outgoing:Allow")]
    [InlineData("--Outgoing:Allow:0=*", "Outgoing:Allow")]
    [InlineData("--Outgoing:Deny:0=10.0.0.0/33", "Outgoing:Deny")]
    [InlineData("--Outgoing:Deny=10.0.0.0/8", "Outgoing:Deny:0")]
    [InlineData("--Access:AdminPassword=short", "AdminPassword")]
    [InlineData("--Access:TokenLifetime=00:00:01", "TokenLifetime")]
    [InlineData("--Journal:Days=-1", "Days")]
    [InlineData("--Journal:KeepFor=90", "KeepFor")]
    [InlineData("--Exports:Paths:0=bundles", "Exports:Paths")]
    [InlineData("--Imports:Paths:0=", "Imports:Paths")]
    [InlineData("--Imports:Paths=/srv/bundles", "Imports:Paths:0")]
    [InlineData("--listen=http://*:0", "Listen")]
    public async Task A_wrong_setting_stops_the_start_and_is_named(string argument, string named)
    {
        var (exitCode, output) = await RegistryProcess.RunAsync(
            [$"--Storage:DataDirectory={_directory.FullName}", argument]);
        Assert.NotEqual(0, exitCode);
        Assert.Contains(named, output);
        Assert.DoesNotContain("   at ", output);
        Assert.Empty(_directory.EnumerateFileSystemInfos());
    }

    [Fact]
    public async Task An_unknown_setting_in_the_file_stops_the_start_and_is_named()
    {
        var file = Path.Combine(_directory.FullName, "settings.json");
        await File.WriteAllTextAsync(file, """{"Storage":{"Directory":"x"}}""");
        var (exitCode, output) = await RegistryProcess.RunAsync("--config", file, "--listen=http://127.0.0.1:0");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("Directory", output);
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://[::]:0")]
    [InlineData("http://192.0.2.1:0")]
    public async Task Whoever_can_be_reached_from_elsewhere_must_ask_who_is_there(string address)
    {
        var (exitCode, output) = await RegistryProcess.RunAsync(
            $"--data={_directory.FullName}", $"--listen={address}", "--Access:Authentication=false");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("Access:Authentication", output);
        Assert.Empty(_directory.EnumerateFileSystemInfos());
    }

    [Theory]
    [InlineData("http://[::1]:0", 200)]
    [InlineData("http://0.0.0.0:0", 401)]
    public async Task Who_is_there_is_asked_where_others_than_this_machine_can_reach_it(string address, int status)
    {
        await using var node = await RegistryProcess.StartAsync("--data", _directory.FullName, "--listen", address);
        await node.Client.GetAsync("/v2/").Answers(status);
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
