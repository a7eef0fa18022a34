using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OrleansRegistry.Storage;

namespace OrleansRegistry.Management.Tests.Model;

/// <summary>One random history, lived through by two nodes and by the model beside them.</summary>
internal sealed class History(Routes[] nodes, IDatabase database, int seed) : IAsyncDisposable
{
    private const string Api = "/pulp/api/v3/";
    private const string Repositories = $"{Api}repositories/container/container/";
    private const string Distributions = $"{Api}distributions/container/container/";

    private readonly Random _random = new(seed);
    private readonly World _world = new();
    private readonly ModelRepository[] _models = [new(true), new(true), new(false)];
    private readonly string[] _hrefs = new string[World.Repositories];
    private readonly List<(string Name, int Repository, int Version)> _pins = [];
    private readonly Dictionary<int, string> _signatures = []; // by number, as far as they were ever listed
    private readonly List<(int Key, string Href)> _standing = [];
    private readonly List<Step> _steps = [];
    private FakeUpstream? _upstream;
    private string _remote = "";

    private Routes Node => nodes[_random.Next(nodes.Length)];

    /// <summary>Lives through so many steps; it fails at the first difference, and says what led to it.</summary>
    public async Task LiveAsync(int steps)
    {
        try
        {
            await BeginAsync();
            while (_steps.Count < steps)
            {
                var step = Step.Next(_random, _models, [.. _standing.Select(one => one.Key).Distinct()]);
                _steps.Add(step);
                await DoAsync(step);
                await AssertHeldAsync(_models[step.Repository], step.Repository);
                await AssertShownAsync();
            }

            for (var number = 0; number < _models.Length; number++)
            {
                foreach (var version in _models[number].Versions.Keys)
                    await AssertHeldAsync(_models[number], number, version);
            }
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException(
                $"Seed {seed}, step {_steps.Count}: {failure.Message}\n"
                + string.Join('\n', _steps.Select((step, number) => $"{number + 1}. {step}").TakeLast(40)),
                failure);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_upstream is not null)
            await _upstream.DisposeAsync();
    }

    private bool IsRevoked(int signature) => IsKeyRevoked(World.KeyOf(signature));

    private bool IsKeyRevoked(int key) => _standing.Any(one => one.Key == key);

    private async Task BeginAsync()
    {
        _upstream = await FakeUpstream.StartAsync();
        _remote = (string)(await MustAsync(HttpMethod.Post, $"{Api}remotes/container/container/", new()
        {
            ["name"] = _world.Prefix,
            ["url"] = _upstream.Url,
            ["upstream_name"] = FakeUpstream.Name,
            ["sigstore"] = _upstream.Sigstore,
        }))["pulp_href"]!;
        for (var number = 0; number < World.Repositories; number++)
        {
            _hrefs[number] = (string)(await MustAsync(
                HttpMethod.Post, Repositories, new() { ["name"] = _world.Names[number] }))["pulp_href"]!;
            if (_models[number].IsServed)
                await TakenAsync(HttpMethod.Post, Distributions, new()
                {
                    ["name"] = _world.Names[number],
                    ["base_path"] = _world.Names[number],
                    ["repository"] = _hrefs[number],
                });
        }
    }

    private async Task DoAsync(Step step)
    {
        var (model, href) = (_models[step.Repository], _hrefs[step.Repository]);
        switch (step.Act)
        {
            case Act.Push when model.IsServed:
                await PushAsync(step);
                var tagged = Held.Nothing.Tags.Add($"t{step.Source}", step.Number);
                model.Add(new([step.Number], tagged, []), IsRevoked);
                return;
            case Act.Sign when model.IsServed:
                await SignAsync(step, model);
                return;
            case Act.Copy:
                var source = _models[step.Source].Versions[step.Number];
                var copied = source with { Tags = Held.Nothing.Tags };
                await ExpectAsync(model.Add(copied, IsRevoked), HttpMethod.Post, $"{href}copy_manifests/", new()
                {
                    ["source_repository_version"] = $"{_hrefs[step.Source]}versions/{step.Number}/",
                    ["with_signatures"] = true,
                });
                return;
            case Act.RollBack:
                await ExpectAsync(
                    model.RollBack(step.Number, IsRevoked), HttpMethod.Post, $"{href}rollback/",
                    new() { ["number"] = step.Number });
                return;
            case Act.RemoveSignatures:
                var isAny = model.RemoveSignatures(signature => World.KeyOf(signature) == step.Number);
                await ExpectAsync(isAny, HttpMethod.Post, $"{href}remove_signatures/", new()
                {
                    ["signed_with_key_id"] = _world.Signers[step.Number].Id,
                });
                return;
            case Act.RemoveImage when model.IsServed:
                using (var answer = await Node.Http.DeleteAsync(
                    $"/v2/{_world.Names[step.Repository]}/manifests/{_world.DigestOf(step.Number)}"))
                    Assert.Equal(
                        model.RemoveImage(step.Number, World.ImageOf) ? HttpStatusCode.Accepted : HttpStatusCode.NotFound,
                        answer.StatusCode);
                return;
            case Act.Synchronise:
                await SynchroniseAsync(step, model);
                return;
            case Act.DeleteVersion:
                await ExpectAsync(
                    model.Delete(step.Number, IsRevoked), HttpMethod.Delete, $"{href}versions/{step.Number}/", null);
                return;
            case Act.Pin when _pins.Count < 6:
                var name = $"{_world.Prefix}/pin{_pins.Count}";
                await ExpectAsync(true, HttpMethod.Post, Distributions, new()
                {
                    ["name"] = name,
                    ["base_path"] = name,
                    ["repository_version"] = $"{href}versions/{step.Number}/",
                });
                model.Pinned.Add(step.Number);
                _pins.Add((name, step.Repository, step.Number));
                return;
            case Act.Revoke:
                await RevokeAsync(step);
                return;
            case Act.Withdraw:
                await WithdrawAsync(step.Number);
                return;
        }
    }

    private async Task PushAsync(Step step)
    {
        var manifest = _world.Manifests[step.Number];
        using var answer = await Node.Http.PutAsync(
            $"/v2/{_world.Names[step.Repository]}/manifests/t{step.Source}",
            new ByteArrayContent(manifest.Bytes.ToArray())
            {
                Headers = { ContentType = new MediaTypeHeaderValue(manifest.MediaType) },
            });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    private async Task SignAsync(Step step, ModelRepository model)
    {
        var (image, signature) = (World.ImageOf(step.Number), step.Number);
        using var answer = await Node.Http.PutAsync(
            $"/extensions/v2/{_world.Names[step.Repository]}/signatures/{_world.DigestOf(image)}",
            new StringContent(new JsonObject
            {
                ["schemaVersion"] = 2,
                ["type"] = "atomic",
                ["name"] = $"{_world.DigestOf(image)}@{Guid.NewGuid():N}",
                ["content"] = Convert.ToBase64String(_world.Signatures[signature]),
            }.ToJsonString()));
        if (!model.Head.Images.Contains(image))
            Assert.True(answer.StatusCode is HttpStatusCode.NotFound || (IsRevoked(signature) && (int)answer.StatusCode == 403));
        else if (IsRevoked(signature))
        {
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.Contains("(revocation ", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
            model.Add(Held.Nothing with { Signatures = [signature] }, IsRevoked);
        }
    }

    private async Task SynchroniseAsync(Step step, ModelRepository model)
    {
        int[] images = [.. Enumerable.Range(0, World.Images).Where(image => (step.Number >> image & 1) == 1)];
        int[] signatures =
        [
            .. Enumerable.Range(0, World.Images * World.Keys).Where(
                one => (step.Source >> one & 1) == 1 && images.Contains(World.ImageOf(one))),
        ];
        _upstream!.Tags.Clear();
        _upstream.Signatures.Clear();
        foreach (var image in images)
            _upstream.Add($"u{image}", _world.Manifests[image]);
        foreach (var signature in signatures)
            _upstream.Sign(_world.Manifests[World.ImageOf(signature)], _world.Signatures[signature]);
        var come = new Held(
            [.. images], images.ToImmutableSortedDictionary(image => $"u{image}", image => image),
            [.. signatures.Where(signature => !IsRevoked(signature))]);
        if (step.Flag)
            model.Commit(come);
        else
            model.Add(come, IsRevoked);
        await ExpectAsync(true, HttpMethod.Post, $"{_hrefs[step.Repository]}sync/", new()
        {
            ["remote"] = _remote,
            ["mirror"] = step.Flag,
        });
    }

    private async Task RevokeAsync(Step step)
    {
        var byId = step.Flag && step.Number == World.ByIdAlone;
        var key = _world.Signers[step.Number];
        using var answer = await Node.Http.PostAsJsonAsync(
            $"{Api}key-revocations/", new JsonObject { ["key"] = byId ? key.Id : key.Fingerprint, ["reason"] = "a model" });
        var json = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        if (IsKeyRevoked(step.Number) && answer.StatusCode is HttpStatusCode.Conflict)
            return;
        Assert.True(answer.StatusCode is HttpStatusCode.Accepted, json.ToJsonString());
        _standing.Add((step.Number, ""));
        await AssertShownAsync(); // nothing is taken out yet, or some of it
        var result = await nodes[0].Pulp.FollowAsync((string)json["task"]!);
        _standing[^1] = (step.Number, $"{Api}key-revocations/{(string)result["revocation"]!}/");
        for (var number = 0; number < _models.Length; number++)
        {
            _models[number].RemoveSignatures(IsRevoked);
            await AssertHeldAsync(_models[number], number);
        }
    }

    private async Task WithdrawAsync(int key)
    {
        var at = _standing.FindIndex(one => one.Key == key);
        if (at < 0)
            return;
        await MustAsync(HttpMethod.Post, $"{_standing[at].Href}withdraw/", new() { ["reason"] = "a model" });
        _standing.RemoveAt(at);
    }

    /// <summary>Fails unless every way, on one of the nodes, shows what is held and not revoked, and that only.</summary>
    private async Task AssertShownAsync()
    {
        var node = Node;
        foreach (var (name, held) in Served())
        {
            var shown = held.Signatures.Where(signature => !IsRevoked(signature)).ToList();
            var (_, all) = await node.RepositoryAsync(name, _random.Next(1, 20));
            Assert.Equal(shown, all.Select(_world.NumberOf).Order());
            var image = _random.Next(World.Images);
            if (!held.Images.Contains(image))
                Assert.Equal(404, await node.StatusAsync($"/extensions/v2/{name}/signatures/{_world.DigestOf(image)}"));
            else
            {
                var own = shown.Where(signature => World.ImageOf(signature) == image);
                Assert.Equal(own, (await node.ExtensionAsync(name, _world.DigestOf(image))).Select(_world.NumberOf).Order());
                Assert.Equal(own, (await node.LookasideAsync(name, _world.DigestOf(image))).Select(_world.NumberOf).Order());
            }
        }

        await AssertListedAsync(node);
    }

    // The names that serve newest versions, and one of those that are pinned.
    private IEnumerable<(string Name, Held Held)> Served()
    {
        var at = _random.Next(2);
        yield return (_world.Names[at], _models[at].Head);
        if (_pins.Count > 0 && _pins[_random.Next(_pins.Count)] is var (name, repository, version))
            yield return (name, _models[repository].Versions[version]);
    }

    private async Task AssertListedAsync(Routes node)
    {
        var at = _random.Next(_models.Length);
        var version = _models[at].Versions.Keys.ElementAt(_random.Next(_models[at].Versions.Count));
        var answer = await node.Http.GetFromJsonAsync<JsonObject>(
            $"{Api}content/container/signatures/?limit=100&repository_version={_hrefs[at]}versions/{version}/");
        var listed = answer!["results"]!.AsArray().ToDictionary(
            one => Enumerable.Range(0, _world.Signatures.Length).Single(
                number => _world.Sha256Of(number) == (string)one!["digest"]!),
            one => (string)one!["pulp_href"]!);
        Assert.Equal(
            _models[at].Versions[version].Signatures.Where(signature => !IsRevoked(signature)), listed.Keys.Order());
        foreach (var (number, href) in listed)
            _signatures[number] = href;
        if (_signatures.Count > 0)
        {
            var (number, href) = _signatures.ElementAt(_random.Next(_signatures.Count));
            Assert.Equal(IsRevoked(number) ? 404 : 200, await node.StatusAsync(href));
        }
    }

    /// <summary>Fails unless the repository has the versions of the model, and its newest one, and one other, are the same.</summary>
    private async Task AssertHeldAsync(ModelRepository model, int number, int? version = null)
    {
        var id = Guid.Parse(_hrefs[number].TrimEnd('/').Split('/')[^1]);
        var numbers = await database.QueryAsync(
            new("select number from repository_version where repository_id = @id order by number", ("id", id)),
            row => row.Int32(0));
        Assert.Equal(model.Versions.Keys, numbers);
        foreach (var one in new[] { version ?? model.Number, model.Versions.Keys.ElementAt(_random.Next(model.Versions.Count)) })
        {
            var held = await HeldAsync(id, one);
            Assert.True(held.IsSame(model.Versions[one]), $"{number}, version {one} holds {held} and not {model.Versions[one]}");
        }
    }

    private async Task<Held> HeldAsync(Guid repository, int version)
    {
        var units = await database.QueryAsync(
            new(
                """
                select kind, key, target from repository_content where repository_id = @id and version_added <= @version
                and (version_removed is null or version_removed > @version)
                """,
                ("id", repository), ("version", version)),
            row => (Kind: row.Int32(0), Key: row.String(1), Target: row.StringOrNull(2)));
        return new(
            [.. units.Where(unit => unit.Kind == 2).Select(unit => ImageOf(unit.Key))],
            units.Where(unit => unit.Kind == 3).ToImmutableSortedDictionary(unit => unit.Key, unit => ImageOf(unit.Target!)),
            [.. units.Where(unit => unit.Kind == 4).Select(unit => SignatureOf(unit.Key))]);

        int ImageOf(string digest) => Array.FindIndex(_world.Manifests, image => image.Digest.ToString() == digest);

        int SignatureOf(string key) => Enumerable.Range(0, _world.Signatures.Length).Single(
            one => _world.Sha256Of(one)[7..] == key.Split('@')[1]);
    }

    private async Task ExpectAsync(bool taken, HttpMethod method, string path, JsonObject? body)
    {
        var (was, said) = await TakenAsync(method, path, body);
        Assert.True(was == taken, $"{method} {path} was {(was ? "taken" : "refused")}: {said}");
    }

    private async Task<JsonNode> MustAsync(HttpMethod method, string path, JsonObject body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        using var answer = await Node.Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {text}");
        return JsonNode.Parse(text)!;
    }

    // Whether it was taken, at once or by a task; and what was said.
    private async Task<(bool Taken, string Said)> TakenAsync(HttpMethod method, string path, JsonObject? body)
    {
        var node = Node;
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        using var answer = await node.Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        if (answer.StatusCode is not HttpStatusCode.Accepted)
        {
            Assert.True((int)answer.StatusCode < 500, $"{path}: {(int)answer.StatusCode} {text}");
            return (answer.IsSuccessStatusCode, text);
        }

        try
        {
            return (true, (await node.Pulp.FollowedAsync((string)JsonNode.Parse(text)!["task"]!)).ToJsonString());
        }
        catch (TaskFailedException failed)
        {
            return (false, failed.Message);
        }
    }
}
