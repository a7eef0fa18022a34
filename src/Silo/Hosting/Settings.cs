using System.ComponentModel.DataAnnotations;
using OrleansRegistry.Access;
using OrleansRegistry.Collection;
using OrleansRegistry.Exchange;
using OrleansRegistry.Journal;
using OrleansRegistry.Repositories;
using OrleansRegistry.Signing;
using OrleansRegistry.Storage;
using OrleansRegistry.Sync;
using OrleansRegistry.Tasks;
using OrleansRegistry.Uploads;

namespace OrleansRegistry.Hosting;

/// <summary>A setting that stops the start. The message names the key and what to do.</summary>
internal sealed class SettingException(string message) : Exception(message);

/// <summary>
/// All settings, from the command line (<c>--Section:Key=value</c>), the environment (<c>ORLEANSREGISTRY_Section__Key</c>)
/// and a JSON file (<c>--config FILE</c>), in that order of precedence. Unknown keys and wrong values stop the start.
/// </summary>
internal sealed record Settings(
    IConfiguration Configuration,
    StorageOptions Storage,
    ListenOptions Listen,
    ClusterOptions Cluster,
    AccessOptions Access,
    OutgoingOptions Outgoing)
{
    private const string EnvironmentPrefix = "ORLEANSREGISTRY_";

    private static readonly Dictionary<string, string> Aliases = new(StringComparer.Ordinal)
    {
        ["--data"] = "Storage:DataDirectory",
        ["--postgres"] = "Storage:Postgres",
        ["--listen"] = "Listen:Url",
        ["--config"] = "Config",
    };

    private static readonly string[] Sections =
    [
        "Storage", "Listen", "Cluster", "Access", "Removal", "Uploads", "Signatures", "Signing", "Collection", "Tasks",
        "Journal", "Exports", "Imports", "Outgoing", "Logging", "Config",
    ];

    /// <summary>Whether callers must say who they are.</summary>
    public bool RequiresAuthentication => Access.Authentication ?? !Listen.IsLoopback;

    /// <summary>What the first start proposes to the operator, or null.</summary>
    public string? Proposal => Listen.IsLoopback || Access.PrivateByDefault
        ? null
        : """
            Everybody who reaches this registry may pull, without a password, what is pushed to a new name. If only users of yours
            should, start it with --Access:PrivateByDefault=true from the beginning.
            """;

    public static Settings Read(string[] arguments)
    {
        CheckForm(arguments);
        var first = Build(arguments, file: null);
        var configuration = first["Config"] is { } file ? Build(arguments, file) : first;
        foreach (var section in configuration.GetChildren().Where(child => !Sections.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
            throw new SettingException(
                $"Unknown setting '{section.Key}'. The sections are: {string.Join(", ", Sections.SkipLast(1))}.");

        Bind<RemovalOptions>(configuration, "Removal");
        Bind<UploadOptions>(configuration, "Uploads");
        Bind<SignatureOptions>(configuration, "Signatures");
        Bind<SigningOptions>(configuration, "Signing");
        Bind<CollectionOptions>(configuration, "Collection");
        Bind<TaskOptions>(configuration, "Tasks");
        Bind<JournalOptions>(configuration, "Journal");
        Bind<ExportOptions>(configuration, "Exports");
        Bind<ImportOptions>(configuration, "Imports");
        var settings = new Settings(
            configuration,
            Bind<StorageOptions>(configuration, "Storage"),
            Bind<ListenOptions>(configuration, "Listen"),
            Bind<ClusterOptions>(configuration, "Cluster"),
            Bind<AccessOptions>(configuration, "Access"),
            Bind<OutgoingOptions>(configuration, "Outgoing"));
        settings.Listen.Check();
        settings.Cluster.Check();
        if (!settings.RequiresAuthentication && !settings.Listen.IsLoopback)
            throw new SettingException(
                $"Refusing to listen on {settings.Listen.Url} without authentication: everyone who can reach it could "
                + "push and delete. Leave Access:Authentication on, or listen on a loopback address.");
        return settings;
    }

    /// <summary>The database that the settings name.</summary>
    public IDatabase OpenDatabase(DataDirectory data)
    {
        try
        {
            return StorageServices.Open(Storage, data);
        }
        catch (ArgumentException exception)
        {
            throw new SettingException(
                $"Storage:Postgres (--postgres) is no connection string for PostgreSQL: {exception.Message}");
        }
    }

    private static IConfigurationRoot Build(string[] arguments, string? file)
    {
        var builder = new ConfigurationBuilder();
        if (file is not null)
            builder.AddJsonFile(
                File.Exists(file) ? Path.GetFullPath(file) : throw new SettingException($"There is no file '{file}' (--config)."));
        return builder
            .AddEnvironmentVariables(EnvironmentPrefix)
            .AddCommandLine(arguments, Aliases)
            .Build();
    }

    // The framework passes over words that it does not understand; a mistyped option must not start with defaults.
    private static void CheckForm(string[] arguments)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            var name = arguments[i].Split('=', 2)[0];
            if (!name.StartsWith("--", StringComparison.Ordinal) || (!Aliases.ContainsKey(name) && !name.Contains(':')))
                throw new SettingException(
                    $"Unknown argument '{arguments[i]}'. Known are {string.Join(", ", Aliases.Keys)}, and any setting as "
                    + "--Section:Key=value.");
            if (!arguments[i].Contains('=') && ++i == arguments.Length)
                throw new SettingException($"The argument '{name}' has no value.");
        }
    }

    private static T Bind<T>(IConfiguration configuration, string section)
        where T : new()
    {
        var options = new T();
        var known = typeof(T).GetProperties().Where(property => property.CanWrite).Select(property => property.Name).ToList();
        var keys = configuration.GetSection(section).GetChildren().Select(child => child.Key);
        if (keys.FirstOrDefault(key => !known.Contains(key, StringComparer.OrdinalIgnoreCase)) is { } unknown)
            throw new SettingException(
                $"Unknown setting '{section}:{unknown}'. Section '{section}' has: {string.Join(", ", known)}.");
        foreach (var list in typeof(T).GetProperties().Where(property => property.PropertyType.IsArray))
            if (configuration[$"{section}:{list.Name}"] is { Length: > 0 })
                throw new SettingException(
                    $"'{section}:{list.Name}' is a list: write --{section}:{list.Name}:0=…, --{section}:{list.Name}:1=… and so on.");
        try
        {
            configuration.GetSection(section).Bind(options);
            Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        }
        catch (ValidationException exception)
        {
            throw new SettingException($"Section '{section}': {exception.Message}");
        }
        catch (InvalidOperationException exception)
        {
            throw new SettingException($"Section '{section}': {exception.Message} {exception.InnerException?.Message}");
        }

        return options;
    }
}
