namespace OrleansRegistry.Conformance;

/// <summary>podman and skopeo log in, and then do what their user may.</summary>
public abstract class LoginTests : IDisposable
{
    private readonly GuardedRegistry _registry;
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("login-");

    protected LoginTests(GuardedRegistry registry)
    {
        Needs.Program("skopeo");
        Needs.Program("podman");
        _registry = registry;
    }

    private string Authority => _registry.Client.Authority;

    private string[] AuthFile => ["--authfile", Path.Combine(_directory.FullName, "auth.json")];

    [Theory]
    [InlineData("skopeo")]
    [InlineData("podman")]
    public async Task A_login_is_accepted_with_the_right_password_only(string program)
    {
        var (exitCode, _, error) = await LoginAsync(program, "writer", "wrong");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("invalid username/password", error);
        (exitCode, _, error) = await LoginAsync(program, "writer", GuardedRegistry.Password);
        Assert.True(exitCode == 0, error);
    }

    [Fact]
    public async Task Writers_push_and_delete_readers_pull_and_others_see_what_is_public()
    {
        var name = $"login/{Guid.NewGuid():N}";
        var image = await _registry.PushAsync(name, isPrivate: true);
        var copy = $"docker://{Authority}/login/{Guid.NewGuid():N}:v1";
        var source = $"docker://{Authority}/{name}:v1";
        var layout = $"oci:{_directory.FullName}/image:v1";

        Assert.NotEqual(0, await TryCopyAsync(source, layout));
        await LoginAsync("skopeo", "stranger", GuardedRegistry.Password);
        Assert.NotEqual(0, await TryCopyAsync(source, layout));
        await LoginAsync("skopeo", "reader", GuardedRegistry.Password);
        Assert.Equal(0, await TryCopyAsync(source, layout));
        Assert.NotEqual(0, await TryCopyAsync(source, copy));
        Assert.NotEqual(0, await TryAsync("delete", source));
        await LoginAsync("skopeo", "writer", GuardedRegistry.Password);
        Assert.Equal(0, await TryCopyAsync(source, copy));
        Assert.Equal(0, await TryAsync("delete", source));

        await Command.RunAsync("skopeo", ["logout", .. AuthFile, Authority]);
        Assert.Equal(0, await TryCopyAsync(copy, layout));
        Assert.NotEqual(0, await TryCopyAsync(layout, copy.Replace(":v1", ":v2")));
        Assert.NotEqual(0, await TryAsync("delete", copy));
        Assert.NotEmpty(image.Bytes);
    }

    public void Dispose()
    {
        _directory.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    private Task<(int ExitCode, string Output, string Error)> LoginAsync(string program, string user, string password) =>
        Command.TryAsync(program, ["login", .. AuthFile, "--tls-verify=false", "-u", user, "-p", password, Authority]);

    private async Task<int> TryCopyAsync(string from, string to) => (await Command.TryAsync(
        "skopeo",
        ["--insecure-policy", "copy", .. AuthFile, "--src-tls-verify=false", "--dest-tls-verify=false", from, to]))
        .ExitCode;

    private async Task<int> TryAsync(string command, string image) => (await Command.TryAsync(
        "skopeo", ["--insecure-policy", command, .. AuthFile, "--tls-verify=false", image])).ExitCode;
}

[Collection(nameof(GuardedOnSqlite))]
public sealed class LoginTestsOnSqlite(GuardedOnSqlite registry) : LoginTests(registry);

[Collection(nameof(GuardedOnPostgres))]
public sealed class LoginTestsOnPostgres(GuardedOnPostgres registry) : LoginTests(registry);
