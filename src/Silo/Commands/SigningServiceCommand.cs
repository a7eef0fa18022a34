using OrleansRegistry.Hosting;
using OrleansRegistry.Signing;
using OrleansRegistry.Storage;

namespace OrleansRegistry.Commands;

/// <summary>
/// <c>signing-service add NAME --kind KIND …</c>: creates a signing service without a running node, where secrets need
/// not travel. Settings say which data and catalogue: <c>--data</c>, <c>--postgres</c>, or any other.
/// </summary>
internal static class SigningServiceCommand
{
    private const string Usage =
        "Usage: signing-service add NAME --kind openpgp|script|cosign (--key-file FILE | --generate KIND | --script PATH "
        + "--public-key-file FILE) [--passphrase-file FILE] [--attachment tag|referrer|both] [--users NAMES] "
        + "[--roles ROLES] [--namespaces NAMES] [--reference-prefixes PREFIXES] [settings]; lists have commas";

    private static readonly string[] Known =
    [
        "--kind", "--key-file", "--passphrase-file", "--generate", "--script", "--public-key-file", "--attachment",
        "--users", "--roles", "--namespaces", "--reference-prefixes",
    ];

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not ["add", var name, ..] || name.Trim().Length == 0
            || name.StartsWith("--", StringComparison.Ordinal))
            throw new SettingException(Usage);
        var (own, others) = Split(arguments[2..]);
        var settings = Settings.Read(others);
        var wanted = Read(name, own);
        return await Offline.RunAsync(settings, async (database, data) =>
        {
            await new SecretKeyCheck(database, new(data)).VerifyAsync();
            return await CreateAsync(wanted, settings, database, data);
        });
    }

    private static async Task<int> CreateAsync(
        WantedSigningService wanted, Settings settings, IDatabase database, DataDirectory data)
    {
        var services = new ServiceCollection();
        services.AddOptions();
        services.AddLogging(log => log.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        services.Configure<SigningOptions>(settings.Configuration.GetSection("Signing"));
        services.AddSingleton(TimeProvider.System);
        services.AddStorage(database, data);
        services.AddSigningServices();
        await using var provider = services.BuildServiceProvider();
        try
        {
            var created = await provider.GetRequiredService<ISigningServiceCreation>().CreateAsync(wanted);
            Console.WriteLine($"{created.Name}: {created.Id}, key {created.Fingerprint}");
            return 0;
        }
        catch (ProblemException refused)
        {
            await Console.Error.WriteLineAsync(
                refused.Problem.Kind is ProblemKind.NameTaken
                    ? $"There is a signing service '{wanted.Name}' already."
                    : refused.Message);
            return 1;
        }
    }

    private static WantedSigningService Read(string name, Dictionary<string, string> own) => new()
    {
        Name = name,
        Kind = Choice<SigningKind>(own, "--kind", null),
        Key = own.TryGetValue("--key-file", out var key) ? Bytes(key) : null,
        Passphrase = Text(own, "--passphrase-file")?.TrimEnd('\r', '\n') ?? "",
        Generate = own.GetValueOrDefault("--generate") is { } kind
            ? WantedSigningService.KeyKinds.Contains(kind)
                ? kind
                : throw new SettingException($"--generate is one of {string.Join(", ", WantedSigningService.KeyKinds)}.")
            : null,
        Script = own.GetValueOrDefault("--script"),
        PublicKey = Text(own, "--public-key-file"),
        Attachment = own.ContainsKey("--attachment") ? Choice<CosignAttachment>(own, "--attachment", null) : null,
        Rights = new(
            Names(own, "--users"),
            Names(own, "--roles"),
            Names(own, "--namespaces"),
            Names(own, "--reference-prefixes")),
    };

    private static string[] Names(Dictionary<string, string> own, string name) =>
        own.GetValueOrDefault(name, "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static (Dictionary<string, string> Own, string[] Others) Split(string[] arguments)
    {
        var own = new Dictionary<string, string>();
        var others = new List<string>();
        for (var i = 0; i < arguments.Length; i++)
        {
            var parts = arguments[i].Split('=', 2);
            if (!Known.Contains(parts[0]))
                others.Add(arguments[i]);
            else if (parts.Length == 2)
                own[parts[0]] = parts[1];
            else
                own[parts[0]] = ++i < arguments.Length
                    ? arguments[i]
                    : throw new SettingException($"The argument '{parts[0]}' has no value.");
        }

        return (own, [.. others]);
    }

    private static T Choice<T>(Dictionary<string, string> own, string name, T? otherwise)
        where T : struct, Enum =>
        own.TryGetValue(name, out var text)
            ? Enum.GetNames<T>().Contains(text, StringComparer.OrdinalIgnoreCase)
                ? Enum.Parse<T>(text, ignoreCase: true)
                : throw new SettingException(
                    $"{name} is one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}.")
            : otherwise ?? throw new SettingException(Usage);

    private static string? Text(Dictionary<string, string> own, string name) =>
        own.TryGetValue(name, out var file) ? System.Text.Encoding.UTF8.GetString(Bytes(file)) : null;

    private static byte[] Bytes(string file) =>
        File.Exists(file) ? File.ReadAllBytes(file) : throw new SettingException($"There is no file '{file}'.");
}
