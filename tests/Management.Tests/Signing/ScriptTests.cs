using System.Text.Json.Nodes;

namespace OrleansRegistry.Management.Tests.Signing;

/// <summary>Signing by a program, in the way of Pulp; and by programs that do anything but sign.</summary>
public abstract class ScriptTests(Server server) : SigningScenario(server)
{
    // What a script does for Pulp: gpg in place of skopeo, whose signatures look the same.
    private const string Signs = """
        digest=$(sha256sum "$1" | cut -d' ' -f1)
        printf '{"critical":{"identity":{"docker-reference":"%s"},"image":{"docker-manifest-digest":"sha256:%s"},"type":"atomic container signature"},"optional":{}}' \
          "$REFERENCE" "$digest" |
          gpg --homedir "@HOME@" --batch --yes --quiet --pinentry-mode loopback --passphrase '' \
            --local-user "$PULP_SIGNING_KEY_FINGERPRINT" --output "$SIG_PATH" --sign
        [ -n "$CORRELATION_ID" ] || exit 3
        [ -z "$(env | grep ORLEANSREGISTRY)" ] || exit 4
        echo "{\"signature_path\": \"$SIG_PATH\"}"
        """;

    [Fact]
    public async Task A_program_signs()
    {
        using var gpg = Key();
        var service = await ServiceAsync(gpg, Write(Signs.Replace("@HOME@", gpg.Home, StringComparison.Ordinal)));
        Assert.Equal("script", (string)service["kind"]!);
        var name = Unique("script/");
        var (repository, a, _, index) = await ImagesAsync(name);
        await SignAsync(repository, service);
        Assert.Equal([$"{Host}/{name}:a", $"{Host}/{name}:i"], await ReferencesAsync(name, a, service));
        Assert.Equal([$"{Host}/{name}:i"], await ReferencesAsync(name, index, service));
    }

    [Theory]
    [InlineData("exit 7", "ended with 7")]
    [InlineData("echo trouble >&2; exit 1", "ended with 1")]
    [InlineData("echo garbage", "answers no JSON")]
    [InlineData("echo '{}'", "answers no JSON")]
    [InlineData("""echo '{"signature_path": "/etc/passwd"}'""", "SIG_PATH")]
    [InlineData("""echo "{\"signature_path\": \"$SIG_PATH\"}" """, "did not write")]
    [InlineData("""ln -s /etc/passwd "$SIG_PATH"; echo "{\"signature_path\": \"$SIG_PATH\"}" """, "did not write")]
    [InlineData("""echo hello > "$SIG_PATH"; echo "{\"signature_path\": \"$SIG_PATH\"}" """, "made no signature")]
    [InlineData("""mkfifo "$SIG_PATH"; echo "{\"signature_path\": \"$SIG_PATH\"}" """, "did not write")]
    [InlineData("""mkdir "$SIG_PATH"; echo "{\"signature_path\": \"$SIG_PATH\"}" """, "did not write")]
    [InlineData("""rm -rf "$(dirname "$SIG_PATH")"; echo "{\"signature_path\": \"$SIG_PATH\"}" """, "did not write")]
    [InlineData("""echo '{"signature_path": "/tmp/a\u0000b"}'""", "SIG_PATH")]
    [InlineData("""ln -s /etc d; echo '{"signature_path": "d/passwd"}'""", "SIG_PATH")]
    [InlineData("sleep 600", "took longer than 5 s")]
    [InlineData("cat /dev/zero", "more than 65536 characters")]
    [InlineData("cat /dev/zero >&2", "more than 65536 characters")]
    public async Task A_program_that_does_not_sign_is_refused(string script, string refusal)
    {
        using var gpg = Key();
        var (status, text) = await RefuseAsync(gpg, Write(script));
        Assert.Equal(400, status);
        Assert.StartsWith("""{"script":""", text, StringComparison.Ordinal);
        Assert.Contains(refusal, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("echo 'vault: token @' >&2; echo 'a line of its own' >&2; exit 9", "ended with 9")]
    [InlineData("echo 'vault: token @'; echo 'a line of its own'", "answers no JSON")]
    public async Task What_a_program_writes_is_for_the_log_and_who_asked_gets_its_place_there(string script, string refusal)
    {
        using var gpg = Key();
        var secret = $"{Guid.NewGuid():N}";
        var path = Write(script.Replace("@", secret, StringComparison.Ordinal));
        var (_, text) = await RefuseAsync(gpg, path);
        Assert.Contains(refusal, text, StringComparison.Ordinal);
        Assert.DoesNotContain("vault", text, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, text, StringComparison.Ordinal);

        var log = await Server.LoggedAsync(secret);
        Assert.Contains($"vault: token {secret}\\u000aa line of its own", log, StringComparison.Ordinal);
        var place = log.Split('(')[1].Split(')')[0];
        Assert.Contains($"under {place}.", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/bin/true", "Signing:ScriptDirectories")]
    [InlineData("sign.sh", "must be absolute")]
    [InlineData("@/missing.sh", "There is no script")]
    [InlineData("@/../../../../../../bin/true", "must be absolute, and without")]
    [InlineData("@/link", "Signing:ScriptDirectories")]
    public async Task Only_programs_in_the_directories_of_the_setting_run(string path, string refusal)
    {
        using var gpg = Key();
        if (!File.Exists(Path.Combine(Scripts, "link")))
            File.CreateSymbolicLink(Path.Combine(Scripts, "link"), "/bin/true");
        var (status, text) = await RefuseAsync(gpg, path.Replace("@", Scripts, StringComparison.Ordinal));
        Assert.Equal(400, status);
        Assert.Contains(refusal, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_program_that_every_user_may_replace_is_refused(bool file)
    {
        if (OperatingSystem.IsWindows())
            return; // modes are of Unix
        using var gpg = Key();
        var directory = Directory.CreateDirectory(Path.Combine(Scripts, Guid.NewGuid().ToString("N"))).FullName;
        var script = Path.Combine(directory, "sign.sh");
        File.Move(Write(Signs.Replace("@HOME@", gpg.Home, StringComparison.Ordinal)), script);
        var open = file ? script : directory;
        File.SetUnixFileMode(open, File.GetUnixFileMode(open) | UnixFileMode.OtherWrite);
        var (status, text) = await RefuseAsync(gpg, script);
        Assert.Equal(400, status);
        Assert.Contains("right to write", text, StringComparison.Ordinal);

        File.SetUnixFileMode(open, File.GetUnixFileMode(open) & ~UnixFileMode.OtherWrite);
        await ServiceAsync(gpg, script);
    }

    [Fact]
    public async Task Programs_that_misbehave_take_no_place_for_good()
    {
        using var gpg = Key();
        var bad = Write("""rm -rf "$(dirname "$SIG_PATH")"; echo "{\"signature_path\": \"$SIG_PATH\"}" """);
        await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => RefuseAsync(gpg, bad))); // more than there are places
        await ServiceAsync(gpg, Write(Signs.Replace("@HOME@", gpg.Home, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_a_program_leaves_running_ends_with_it()
    {
        Needs.System(OperatingSystem.IsLinux(), "processes are looked for in /proc.");
        using var gpg = Key();
        var mark = $"60{Random.Shared.Next(100_000, 999_999)}";
        await RefuseAsync(gpg, Write($"sleep {mark} >/dev/null 2>&1 & exit 1"));
        await RefuseAsync(gpg, Write($"(sleep {mark} &) ; sleep 600"));
        Assert.DoesNotContain(
            Directory.EnumerateDirectories("/proc").Select(process => Path.Combine(process, "cmdline")).Where(File.Exists)
                .Select(Read),
            line => line.Contains(mark, StringComparison.Ordinal));

        static string Read(string file)
        {
            try
            {
                return File.ReadAllText(file);
            }
            catch (IOException)
            {
                return ""; // it has ended meanwhile
            }
        }
    }

    [Fact]
    public async Task What_goes_wrong_later_is_said_by_the_task_and_nothing_is_stored()
    {
        using var gpg = Key();
        var script = Write(Signs.Replace("@HOME@", gpg.Home, StringComparison.Ordinal));
        var service = await ServiceAsync(gpg, script);
        var name = Unique("later/");
        var (repository, a, _, _) = await ImagesAsync(name);
        var before = await HeadAsync(repository);
        foreach (var (broken, refusal) in new[]
        {
            ("echo garbage", "answers no JSON"),
            (Signs.Replace("$(sha256sum \"$1\" | cut -d' ' -f1)", new string('0', 64), StringComparison.Ordinal)
                .Replace("@HOME@", gpg.Home, StringComparison.Ordinal), "is for manifest"),
            (Signs.Replace("\"$REFERENCE\"", "other/app:1", StringComparison.Ordinal)
                .Replace("@HOME@", gpg.Home, StringComparison.Ordinal), "signed the reference other/app:1"),
            ("sleep 600", "took longer than"),
        })
        {
            File.WriteAllText(script, $"#!/bin/sh\n{broken}\n");
            var failed = await Assert.ThrowsAsync<TaskFailedException>(() => SignAsync(repository, service));
            Assert.Contains(refusal, failed.Message, StringComparison.Ordinal);
            Assert.Contains(a, failed.Message, StringComparison.Ordinal);
        }

        File.Delete(script);
        var gone = await Assert.ThrowsAsync<TaskFailedException>(() => SignAsync(repository, service));
        Assert.Contains("There is no script", gone.Message, StringComparison.Ordinal);
        Assert.Equal(before, await HeadAsync(repository));
        Assert.Empty(await SignaturesOfAsync(name, a));
    }

    [Fact]
    public async Task One_image_that_fails_does_not_undo_the_others_unless_that_is_wanted()
    {
        using var gpg = Key();
        var name = Unique("partly/");
        var (repository, a, b, _) = await ImagesAsync(name);
        var service = await ServiceAsync(gpg, Write(
            $"case \"$REFERENCE\" in *:b) echo unlucky >&2; exit 1;; esac\n{Signs}"
                .Replace("@HOME@", gpg.Home, StringComparison.Ordinal)));
        var all = await Assert.ThrowsAsync<TaskFailedException>(
            () => SignAsync(repository, service, new() { ["all_or_nothing"] = true }));
        Assert.Contains("nothing was added", all.Message, StringComparison.Ordinal);
        Assert.Empty(await SignaturesOfAsync(name, a));

        var some = await Assert.ThrowsAsync<TaskFailedException>(() => SignAsync(repository, service));
        Assert.Contains($"1 of 5 signatures could not be made; the others were added", some.Message, StringComparison.Ordinal);
        Assert.Contains($"{b} ({Host}/{name}:b)", some.Message, StringComparison.Ordinal);
        Assert.Contains("ended with 1", some.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("unlucky", some.Message, StringComparison.Ordinal);
        Assert.Equal(2, (await SignaturesOfAsync(name, a)).Count);
        Assert.Equal([$"{Host}/{name}:i"], await ReferencesAsync(name, b, service));
    }

    private static GnuPG Key()
    {
        var gpg = GnuPG.Start();
        gpg.Run("--quick-gen-key", "Test <test@example.invalid>", "ed25519", "sign", "never");
        return gpg;
    }

    private string Write(string script)
    {
        var path = Path.Combine(Scripts, $"{Guid.NewGuid():N}.sh");
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    private Task<JsonObject> ServiceAsync(GnuPG gpg, string script) =>
        Pulp.CallAsync("signing_services_create", body: Body(gpg, script));

    private Task<(int Status, string Body)> RefuseAsync(GnuPG gpg, string script) =>
        Pulp.RefuseAsync("signing_services_create", body: Body(gpg, script));

    private static JsonObject Body(GnuPG gpg, string script) => new()
    {
        ["name"] = Unique("script"),
        ["kind"] = "script",
        ["script"] = script,
        ["public_key"] = gpg.Run("--armor", "--export"),
    };

    public sealed class OnSqlite(SqliteServer server) : ScriptTests(server);

    public sealed class OnPostgres(PostgresServer server) : ScriptTests(server);
}
