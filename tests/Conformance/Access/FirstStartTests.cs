namespace OrleansRegistry.Conformance;

/// <summary>The first start makes a user, whose password only the operator learns.</summary>
public sealed class FirstStartTests
{
    private const string Asking = "--Access:Authentication=true";

    [Theory]
    [InlineData(CatalogueOn.Sqlite)]
    [InlineData(CatalogueOn.Postgres)]
    public async Task The_first_start_writes_a_password_to_a_file_and_later_ones_leave_it(CatalogueOn engine)
    {
        await using var site = await Site.CreateAsync(engine);
        var first = await site.StartAsync(Asking);
        var file = Path.Combine(site.DataDirectory, "admin-password");
        Assert.Contains(file, first.Output);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        var password = (await File.ReadAllTextAsync(file)).Trim();
        Assert.DoesNotContain(password, first.Output);
        await LogInAsync(first, password);

        await first.KillAsync();
        var second = await site.StartAsync(Asking);
        Assert.DoesNotContain("admin-password", second.Output);
        Assert.Equal(password, (await File.ReadAllTextAsync(file)).Trim());
        await LogInAsync(second, password);
    }

    [Fact]
    public async Task Nodes_that_start_together_agree_on_one_password()
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Postgres);
        var nodes = await Task.WhenAll(site.StartAsync(Asking), site.StartAsync(Asking));
        var password = (await File.ReadAllTextAsync(Path.Combine(site.DataDirectory, "admin-password"))).Trim();
        foreach (var node in nodes)
            await LogInAsync(node, password);

        // What one node signs, the other one believes.
        using var answer = await nodes[0].Client.GetAsync(
            "/token/?service=elsewhere.example.com", GuardedRegistry.As("admin", password));
        Assert.Equal(200, (int)answer.StatusCode);
    }

    [Fact]
    public async Task A_password_that_is_set_holds_from_the_next_start_on()
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Sqlite);
        var node = await site.StartAsync(Asking, "--Access:AdminPassword=the first of two");
        await LogInAsync(node, "the first of two");
        await node.KillAsync();
        node = await site.StartAsync(Asking, "--Access:AdminPassword=the second of two");
        await LogInAsync(node, "the second of two");
        await node.Client.GetAsync("/v2/", GuardedRegistry.As("admin", "the first of two")).Answers(401, "UNAUTHORIZED");
        Assert.False(File.Exists(Path.Combine(site.DataDirectory, "admin-password")));
    }

    [Fact]
    public async Task New_names_are_private_where_that_is_the_default()
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Sqlite);
        var node = await site.StartAsync(
            Asking, $"--Access:AdminPassword={GuardedRegistry.Password}", "--Access:PrivateByDefault=true");
        var blob = Named.Random(10);
        await node.Client.SendAsync(
            "POST", $"/v2/team/app/blobs/uploads/?digest={blob.Digest}", blob.Bytes, GuardedRegistry.As("admin"))
            .Answers(201);
        await node.Client.GetAsync($"/v2/team/app/blobs/{blob.Digest}").Answers(401, "UNAUTHORIZED");
        await node.Client.GetAsync($"/v2/team/app/blobs/{blob.Digest}", GuardedRegistry.As("admin")).Answers(200);
    }

    [Fact]
    public async Task Clients_are_sent_to_the_address_that_is_public()
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Sqlite);
        var node = await site.StartAsync(Asking, "--Listen:PublicUrl=https://registry.example.com");
        var answer = await node.Client.GetAsync("/v2/").Answers(401, "UNAUTHORIZED");
        Assert.Equal(
            "Bearer realm=\"https://registry.example.com/token/\",service=\"registry.example.com\"",
            answer.Header("WWW-Authenticate"));
    }

    [Fact]
    public async Task A_trusted_proxy_tells_how_it_was_reached_and_another_does_not()
    {
        string[] headers = ["X-Forwarded-Proto: https", "X-Forwarded-For: 203.0.113.1", "Host: registry.example.com"];
        await using var site = await Site.CreateAsync(CatalogueOn.Sqlite);
        var node = await site.StartAsync(Asking, "--Listen:TrustedProxies=192.0.2.0/24, 127.0.0.1");
        var answer = await node.Client.GetAsync("/v2/", headers).Answers(401, "UNAUTHORIZED");
        Assert.StartsWith("Bearer realm=\"https://registry.example.com/token/\"", answer.Header("WWW-Authenticate"));

        await node.KillAsync();
        node = await site.StartAsync(Asking, "--Listen:TrustedProxies=192.0.2.0/24");
        answer = await node.Client.GetAsync("/v2/", headers).Answers(401, "UNAUTHORIZED");
        Assert.StartsWith("Bearer realm=\"http://registry.example.com/token/\"", answer.Header("WWW-Authenticate"));
    }

    [Theory]
    [InlineData("http://0.0.0.0:0", "", true, true)]
    [InlineData("http://0.0.0.0:0", "--Listen:PublicUrl=https://registry.example.com", false, true)]
    [InlineData("http://0.0.0.0:0", "--Listen:TrustedProxies=192.0.2.1", false, true)]
    [InlineData("http://0.0.0.0:0", "--Access:PrivateByDefault=true", true, false)]
    [InlineData("http://127.0.0.1:0", "", false, false)]
    public async Task A_first_start_says_what_is_still_open(string address, string setting, bool warns, bool proposes)
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Sqlite);
        var node = await site.StartAsync(
            [Asking, $"--listen={address}", .. setting.Length == 0 ? [] : new[] { setting }]);
        Assert.Equal(warns, node.Output.Contains("Listen:PublicUrl=", StringComparison.Ordinal));
        Assert.Equal(warns, node.Output.Contains("Listen:TrustedProxies=", StringComparison.Ordinal));
        Assert.Equal(proposes, node.Output.Contains("Access:PrivateByDefault=true", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_start_that_asks_makes_an_administrator_where_only_others_are()
    {
        await using var site = await Site.CreateAsync(CatalogueOn.Sqlite);
        var open = await site.StartAsync();
        await open.Client.PostAsync("/pulp/api/v3/users/", new() { ["username"] = "somebody", ["password"] = "a good one" });
        await open.Client.PostAsync("/pulp/api/v3/users/", new() { ["username"] = "admin", ["is_active"] = false });
        await open.KillAsync();
        var asking = await site.StartAsync(Asking);
        await LogInAsync(asking, (await File.ReadAllTextAsync(Path.Combine(site.DataDirectory, "admin-password"))).Trim());
    }

    [Fact]
    public async Task What_holds_secrets_is_read_by_its_owner_alone()
    {
        if (OperatingSystem.IsWindows())
            return; // which has no such modes
        await using var site = await Site.CreateAsync(CatalogueOn.Sqlite);
        File.SetUnixFileMode(site.DataDirectory, (UnixFileMode)0b111_101_101);
        await site.StartAsync(Asking);
        foreach (var name in new[] { "registry.db", "registry.db-wal", "registry.db-shm", "secret.key", "admin-password" })
            Assert.Equal(
                (name, UnixFileMode.UserRead | UnixFileMode.UserWrite),
                (name, File.GetUnixFileMode(Path.Combine(site.DataDirectory, name))));
    }

    private static async Task LogInAsync(RegistryProcess node, string password) =>
        await node.Client.GetAsync("/v2/", GuardedRegistry.As("admin", password)).Answers(200);
}
